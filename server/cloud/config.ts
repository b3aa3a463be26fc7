import path from 'node:path';
import { z } from 'zod';
import { SealkeepError } from '../../shared/errors/error.ts';
import { serviceUrl } from '../../shared/names/service-url.ts';
import { type AddressList, addressList, LOOPBACK_RANGES } from '../platform/config/addresses.ts';
import { csv, type Environment, port, readSettings } from '../platform/config/settings.ts';

/** All that the cloud is told from outside. A server inside an app builds it without an environment. */
export interface CloudConfig {
  /** What this cloud is called: the audience of cloud tokens and the issuer of authorization tokens. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly whitelist: AddressList;
  readonly trustedProxies: readonly string[];
  /** Paths of PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly databaseFile: string;
  readonly blobsFolder: string;
  /** The issuer of cloud tokens. */
  readonly kmsUrl: string;
  /** Bytes of `.enc` that one person may keep; unlimited where it is not given. */
  readonly quotaBytes?: number | undefined;
  /** Inside an app: what every call of this launch has to show. */
  readonly launchSecret?: string | undefined;
}

/**
 * Reads the cloud's settings, once.
 * @throws SealkeepError CONFIG_INVALID naming the setting that does not fit, and why.
 */
export function readCloudConfig(environment: Environment, dataFolder: string): CloudConfig {
  const settings = readSettings(
    {
      CLOUD_PORT: port.default(8800),
      CLOUD_HOST: z.string().default('127.0.0.1'),
      CLOUD_URL: serviceUrl.optional(),
      CLOUD_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
      CLOUD_TRUSTED_PROXIES: csv.pipe(addressRanges()).prefault(''),
      CLOUD_TLS_CERT: z.string().optional(),
      CLOUD_TLS_KEY: z.string().optional(),
      CLOUD_DATABASE_URL: place('sqlite:', 'postgres://').optional(),
      CLOUD_BLOBS: place('file:', 's3://').optional(),
      CLOUD_KMS_URL: serviceUrl.default('http://127.0.0.1:3000'),
      CLOUD_QUOTA_BYTES: z.coerce.number().int().positive().optional(),
    },
    environment,
  );
  return {
    url: settings.CLOUD_URL ?? `http://127.0.0.1:${settings.CLOUD_PORT}`,
    host: settings.CLOUD_HOST,
    port: settings.CLOUD_PORT,
    whitelist: settings.CLOUD_WHITELIST,
    trustedProxies: settings.CLOUD_TRUSTED_PROXIES,
    tls: tlsOf(settings.CLOUD_TLS_CERT, settings.CLOUD_TLS_KEY),
    databaseFile: settings.CLOUD_DATABASE_URL ?? path.join(dataFolder, 'cloud', 'cloud.sqlite'),
    blobsFolder: settings.CLOUD_BLOBS ?? path.join(dataFolder, 'cloud', 'blobs'),
    kmsUrl: settings.CLOUD_KMS_URL,
    quotaBytes: settings.CLOUD_QUOTA_BYTES,
  };
}

function addressRanges() {
  return z
    .array(z.string())
    .refine((ranges) => addressList.safeParse(ranges.join(',')).success, 'neither an IP address nor a range');
}

/** `SCHEME:PATH`, as an absolute path; `later` begins addresses that DESIGN.md plans for. */
function place(scheme: string, later: string) {
  return z.string().transform((text, context) => {
    const target = text.startsWith(scheme) ? text.slice(scheme.length) : '';
    if (target !== '') return path.resolve(target);
    context.addIssue(text.startsWith(later) ? `${later} comes in a later version` : `not ${scheme}PATH`);
    return z.NEVER;
  });
}

function tlsOf(certificate: string | undefined, key: string | undefined): CloudConfig['tls'] {
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === key) return undefined;
  const [missing, given] =
    certificate === undefined ? ['CLOUD_TLS_CERT', 'CLOUD_TLS_KEY'] : ['CLOUD_TLS_KEY', 'CLOUD_TLS_CERT'];
  throw new SealkeepError('CONFIG_INVALID', { name: missing, reason: `${given} does nothing without it` });
}
