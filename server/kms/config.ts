import path from 'node:path';
import { z } from 'zod';
import { SealkeepError } from '../../shared/errors/error.ts';
import { serviceUrl } from '../../shared/names/service-url.ts';
import {
  type AddressList,
  addressList,
  isLoopbackListener,
  LOOPBACK_RANGES,
} from '../platform/config/addresses.ts';
import { placeSetting } from '../platform/config/place.ts';
import { type RootKeySource, rootKeySource } from '../platform/config/root-key-setting.ts';
import {
  csv,
  type Environment,
  port,
  readSettings,
  stopSeconds,
  wholeNumber,
} from '../platform/config/settings.ts';
import { defaultUrl, type TlsFiles, tlsFiles } from '../platform/config/tls.ts';
import { callerName } from './kacls/caller-name.ts';

type RegistrationMode = 'open' | 'approval' | 'invite';

export const DEFAULT_GRACE_DAYS = 7;
export const DEFAULT_ROTATION_DAYS = 365;
export const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;

/** How secure sessions live and end. */
export interface SessionSettings {
  /** A session that is not used for so long ends; without sliding it ends so long after its beginning. */
  readonly ttlMs: number;
  readonly isSliding: boolean;
  /** How long a client token goes on once another took its place. */
  readonly rotateWindowMs: number;
  /** How often the token may be rotated within such a window. */
  readonly rotateMax: number;
  /** What client tokens begin with that the server makes. */
  readonly tokenPrefix: string;
}

export const DEFAULT_SESSION: SessionSettings = {
  ttlMs: 900_000,
  isSliding: true,
  rotateWindowMs: 10_000,
  rotateMax: 5,
  tokenPrefix: '',
};

/** Everything that the KMS is told at its start. */
export interface KmsConfig {
  /** What the KMS is called: `iss` and `aud` of its tokens, `kacls_url` of the cloud's. */
  readonly url: string;
  /** Names that it also answers to in authorization tokens. */
  readonly formerUrls: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly addresses: AddressList;
  /** Who of them may read `/metrics`; all where it is not given. */
  readonly metricsAddresses?: AddressList | undefined;
  readonly trustedProxies: readonly string[];
  readonly tls: TlsFiles | undefined;
  readonly registration: RegistrationMode;
  readonly session: SessionSettings;
  /** How long what has begun may take once the server stops; 5 s where it is not given. */
  readonly stopSeconds?: number | undefined;
  readonly databaseFile: string;
  /** Free room on the database's disk below which nothing is done with keys; 0 for any. */
  readonly reserveBytes: number;
  /** What the cloud is called: `aud` of cloud tokens, `iss` of authorization tokens. */
  readonly cloudUrl: string;
  /** How long a KEK version that was superseded is not retired, needed or not. */
  readonly graceDays: number;
  /** After how many days a KEK gets a new version by itself; 0 for never. */
  readonly rotationDays: number;
  /** Path of the JSON file that names further issuers. */
  readonly issuersFile: string | undefined;
  /** Who may call `/privilegedwrap` and `/privilegedunwrap`: user names of ours, and addresses of foreign issuers. */
  readonly privileged: readonly string[];
  /** KACLS URLs that keys are migrated to and from. */
  readonly peers: readonly string[];
  /** Calls that one login may make in a minute, and one person or address twice as many; 0 for any number. */
  readonly callsPerMinute: number;
  /** Inside an app: the secret of this launch. */
  readonly launchSecret: string | undefined;
}

/** Settings that only starting a KMS of its own needs. */
export interface KmsServiceConfig extends KmsConfig {
  readonly rootKey: RootKeySource;
}

/** The settings by their names, with the defaults that a data folder gives them. */
export function kmsSettings(dataFolder: string) {
  return {
    KMS_PORT: port.default(3000),
    KMS_HOST: z.string().default('127.0.0.1'),
    KMS_URL: serviceUrl.optional(),
    KMS_FORMER_URLS: csv.pipe(z.array(serviceUrl)).default([]),
    KMS_METRICS_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
    KMS_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
    KMS_TRUSTED_PROXIES: addressList.prefault(''),
    KMS_TLS_CERT: z.string().optional(),
    KMS_TLS_KEY: z.string().optional(),
    KMS_STOP_SECONDS: stopSeconds,
    KEY_STORE_PATH: z.string().default(path.join(dataFolder, 'kms', 'keys')),
    KMS_ROOT_KEY: rootKeySource.optional(),
    KMS_REGISTRATION: z
      .enum(['open', 'approval', 'invite'], { error: 'it is not open, approval or invite' })
      .optional(),
    KMS_SESSION_TTL_MS: wholeNumber('a time in ms, from 1000 to 43200000', 1000, 43_200_000).default(
      DEFAULT_SESSION.ttlMs,
    ),
    KMS_SESSION_SLIDING: z.enum(['true', 'false'], { error: 'it is not true or false' }).default('true'),
    KMS_ROTATE_WINDOW_MS: wholeNumber('a time in ms, from 1000 to 600000', 1000, 600_000).default(
      DEFAULT_SESSION.rotateWindowMs,
    ),
    KMS_ROTATE_MAX: wholeNumber('a number from 1 to 1000', 1, 1000).default(DEFAULT_SESSION.rotateMax),
    KMS_TOKEN_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{0,64}$/, 'it is not up to 64 of A–Z a–z 0–9 . _ ~ -')
      .default(''),
    KMS_DATABASE_URL: placeSetting('sqlite:', ['postgres:']).optional(),
    KMS_RESERVE_BYTES: wholeNumber('a number of bytes', 0).default(DEFAULT_RESERVE_BYTES),
    KMS_CLOUD_URL: serviceUrl.default('http://127.0.0.1:8800'),
    KMS_ISSUERS: z.string().optional(),
    KMS_GRACE_DAYS: wholeNumber('a number of days', 0).default(DEFAULT_GRACE_DAYS),
    KMS_ROTATION_DAYS: wholeNumber('a number of days', 0).default(DEFAULT_ROTATION_DAYS),
    KMS_PRIVILEGED: csv.pipe(z.array(callerName)).default([]),
    KMS_RATE_PER_MINUTE: wholeNumber('a number of calls', 0).default(6000),
    KMS_PEERS: csv.pipe(z.array(serviceUrl)).default([]),
  };
}

/**
 * The KMS's configuration from the environment.
 * @throws SealkeepError CONFIG_INVALID naming the setting.
 */
export function readKmsConfig(environment: Environment, dataFolder: string): KmsServiceConfig {
  const settings = readSettings(kmsSettings(dataFolder), environment);
  const tls = tlsFiles('KMS', settings.KMS_TLS_CERT, settings.KMS_TLS_KEY);
  const trustedProxies = settings.KMS_TRUSTED_PROXIES.ranges;
  const isPrivate = isLoopbackListener(settings.KMS_HOST) && trustedProxies.length === 0;
  const url = settings.KMS_URL ?? defaultUrl(settings.KMS_PORT, tls);
  assertOthers(settings.KMS_PEERS, [url, ...settings.KMS_FORMER_URLS]);
  return {
    url,
    formerUrls: settings.KMS_FORMER_URLS,
    host: settings.KMS_HOST,
    port: settings.KMS_PORT,
    addresses: settings.KMS_WHITELIST,
    metricsAddresses: settings.KMS_METRICS_WHITELIST,
    trustedProxies,
    tls,
    stopSeconds: settings.KMS_STOP_SECONDS,
    registration: settings.KMS_REGISTRATION ?? (isPrivate ? 'open' : 'approval'),
    session: {
      ttlMs: settings.KMS_SESSION_TTL_MS,
      isSliding: settings.KMS_SESSION_SLIDING === 'true',
      rotateWindowMs: settings.KMS_ROTATE_WINDOW_MS,
      rotateMax: settings.KMS_ROTATE_MAX,
      tokenPrefix: settings.KMS_TOKEN_PREFIX,
    },
    databaseFile: settings.KMS_DATABASE_URL ?? path.join(dataFolder, 'kms', 'kms.sqlite'),
    reserveBytes: settings.KMS_RESERVE_BYTES,
    cloudUrl: settings.KMS_CLOUD_URL,
    issuersFile: settings.KMS_ISSUERS,
    graceDays: settings.KMS_GRACE_DAYS,
    rotationDays: settings.KMS_ROTATION_DAYS,
    privileged: settings.KMS_PRIVILEGED,
    peers: settings.KMS_PEERS,
    callsPerMinute: settings.KMS_RATE_PER_MINUTE,
    launchSecret: undefined,
    rootKey: settings.KMS_ROOT_KEY ?? {
      provider: 'file',
      file: path.resolve(settings.KEY_STORE_PATH, 'root.key'),
    },
  };
}

/** A KMS that took its own tokens for a peer's would open by its own word. */
function assertOthers(peers: readonly string[], own: readonly string[]): void {
  const same = peers.find((peer) => own.includes(peer));
  if (same === undefined) return;
  throw new SealkeepError('CONFIG_INVALID', { name: 'KMS_PEERS', reason: `${same} is this KMS itself` });
}
