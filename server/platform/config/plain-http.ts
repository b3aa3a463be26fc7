import { isLoopbackListener } from './addresses.ts';
import type { SettingsPrefix, TlsFiles } from './tls.ts';

interface Listener {
  readonly host: string;
  readonly tls?: TlsFiles | undefined;
  readonly trustedProxies: readonly string[];
}

/**
 * What to tell whoever starts a server that listens for other machines and speaks plain HTTP to them, with no proxy named
 * that could end TLS before it.
 * @returns undefined where there is nothing to tell.
 */
export function plainHttpNote(
  prefix: SettingsPrefix,
  { host, tls, trustedProxies }: Listener,
): string | undefined {
  if (tls || trustedProxies.length > 0 || isLoopbackListener(host)) return undefined;
  const server = prefix === 'KMS' ? 'KMS' : 'cloud';
  return `The ${server} listens on ${host} (${prefix}_HOST) without TLS: clients refuse to speak plain http to another machine. Give it ${prefix}_TLS_CERT and ${prefix}_TLS_KEY, or a proxy that ends TLS, named in ${prefix}_TRUSTED_PROXIES.`;
}
