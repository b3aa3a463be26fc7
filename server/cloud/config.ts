import path from 'node:path';
import { z } from 'zod';
import { serviceUrl } from '../../shared/names/service-url.ts';
import { type AddressList, addressList, LOOPBACK_RANGES } from '../platform/config/addresses.ts';
import { placeSetting } from '../platform/config/place.ts';
import { type RootKeySource, rootKeySource } from '../platform/config/root-key-setting.ts';
import {
  type Environment,
  port,
  readSettings,
  stopSeconds,
  wholeNumber,
} from '../platform/config/settings.ts';
import { defaultUrl, type TlsFiles, tlsFiles } from '../platform/config/tls.ts';

/** All that the cloud is told from outside. A server inside an app builds it without an environment. */
export interface CloudConfig {
  /** What this cloud is called: the audience of cloud tokens and the issuer of authorization tokens. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly addresses: AddressList;
  /** Who of them may read `/metrics`; all where it is not given. */
  readonly metricsAddresses?: AddressList | undefined;
  readonly trustedProxies: readonly string[];
  readonly tls?: TlsFiles | undefined;
  /** How long what has begun may take once the server stops; 5 s where it is not given. */
  readonly stopSeconds?: number | undefined;
  readonly databaseFile: string;
  readonly blobsFolder: string;
  /** The issuer of cloud tokens. */
  readonly kmsUrl: string;
  /** Bytes of `.enc` that one person may keep; unlimited where it is not given. */
  readonly quotaBytes?: number | undefined;
  /** Calls that one token may make in a minute, and one person or address twice as many; 0 for any number. */
  readonly callsPerMinute: number;
  /** Inside an app: what every call of this launch has to show. */
  readonly launchSecret?: string | undefined;
}

/** Settings that only starting a cloud of its own needs. */
export interface CloudServiceConfig extends CloudConfig {
  readonly rootKey: RootKeySource;
}

/** The settings by their names; what has no default here gets it from the data folder. */
export const CLOUD_SETTINGS = {
  CLOUD_PORT: port.default(8800),
  CLOUD_HOST: z.string().default('127.0.0.1'),
  CLOUD_URL: serviceUrl.optional(),
  CLOUD_METRICS_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
  CLOUD_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
  CLOUD_TRUSTED_PROXIES: addressList.prefault(''),
  CLOUD_TLS_CERT: z.string().optional(),
  CLOUD_TLS_KEY: z.string().optional(),
  CLOUD_STOP_SECONDS: stopSeconds,
  CLOUD_ROOT_KEY: rootKeySource.optional(),
  CLOUD_DATABASE_URL: placeSetting('sqlite:', ['postgres:']).optional(),
  CLOUD_BLOBS: placeSetting('file:', ['s3:']).optional(),
  CLOUD_KMS_URL: serviceUrl.default('http://127.0.0.1:3000'),
  CLOUD_RATE_PER_MINUTE: wholeNumber('a number of calls', 0).default(60_000),
  CLOUD_QUOTA_BYTES: wholeNumber('a number of bytes', 1).optional(),
};

/**
 * Reads the cloud's settings, once.
 * @throws SealkeepError CONFIG_INVALID naming the setting that does not fit, and why.
 */
export function readCloudConfig(environment: Environment, dataFolder: string): CloudServiceConfig {
  const settings = readSettings(CLOUD_SETTINGS, environment);
  const tls = tlsFiles('CLOUD', settings.CLOUD_TLS_CERT, settings.CLOUD_TLS_KEY);
  return {
    url: settings.CLOUD_URL ?? defaultUrl(settings.CLOUD_PORT, tls),
    host: settings.CLOUD_HOST,
    port: settings.CLOUD_PORT,
    addresses: settings.CLOUD_WHITELIST,
    metricsAddresses: settings.CLOUD_METRICS_WHITELIST,
    trustedProxies: settings.CLOUD_TRUSTED_PROXIES.ranges,
    tls,
    stopSeconds: settings.CLOUD_STOP_SECONDS,
    databaseFile: settings.CLOUD_DATABASE_URL ?? path.join(dataFolder, 'cloud', 'cloud.sqlite'),
    blobsFolder: settings.CLOUD_BLOBS ?? path.join(dataFolder, 'cloud', 'blobs'),
    kmsUrl: settings.CLOUD_KMS_URL,
    callsPerMinute: settings.CLOUD_RATE_PER_MINUTE,
    quotaBytes: settings.CLOUD_QUOTA_BYTES,
    rootKey: settings.CLOUD_ROOT_KEY ?? {
      provider: 'file',
      file: path.resolve(dataFolder, 'cloud', 'keys', 'root.key'),
    },
  };
}
