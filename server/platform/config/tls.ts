import { SealkeepError } from '../../../shared/errors/error.ts';

/** What the names of a server's settings begin with. */
export type SettingsPrefix = 'KMS' | 'CLOUD' | 'SEALKEEP_BROWSER';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/**
 * The two settings `PREFIX_TLS_CERT` and `PREFIX_TLS_KEY`, which go together.
 * @throws SealkeepError CONFIG_INVALID naming the one that is missing.
 */
export function tlsFiles(
  prefix: SettingsPrefix,
  certificate: string | undefined,
  key: string | undefined,
): TlsFiles | undefined {
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === key) return undefined;
  const [missing, given] = certificate === undefined ? ['CERT', 'KEY'] : ['KEY', 'CERT'];
  throw new SealkeepError('CONFIG_INVALID', {
    name: `${prefix}_TLS_${missing}`,
    reason: `${prefix}_TLS_${given} does nothing without it`,
  });
}

/** What a server is called where no setting says: its loopback address. */
export function defaultUrl(port: number, tls: TlsFiles | undefined): string {
  return `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
}
