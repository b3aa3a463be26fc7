import type { Logger } from 'pino';
import type { PasswordCost } from '../core/crypto/password-hash.ts';
import type { Secret } from '../core/crypto/secret.ts';
import type { OnStoreLost } from '../core/durable/wal-sync.ts';
import { KEY_SET_PATH, LAUNCH_SECRET_HEADER } from '../shared/api/common.ts';
import { isSealkeepError, SealkeepError } from '../shared/errors/error.ts';
import { VERSION } from '../shared/version.ts';
import type { CloudConfig } from './cloud/config.ts';
import { createCloud } from './cloud/create-cloud.ts';
import type { KmsConfig } from './kms/config.ts';
import { createKms, type KmsOptions } from './kms/create-kms.ts';
import type { Upkeep } from './kms/upkeep/create-upkeep.ts';
import type { SettingsPrefix } from './platform/config/tls.ts';
import { type Listening, listen } from './platform/http/listen.ts';
import { fetchJwks } from './platform/issuers/fetch-jwks.ts';
import { createKeySource, type KeySource } from './platform/issuers/key-source.ts';

export interface RunningServer {
  /** Where it listens. */
  readonly address: string;
  /** What it is called, and where others reach it. */
  readonly url: string;
  /** Finishes what has begun, then closes. */
  stop(): Promise<void>;
}

/** A KMS, with the work that it does of itself. */
export interface RunningKms extends RunningServer {
  readonly upkeep: Upkeep;
  /** As `Kms` has it. */
  readonly setupCode: string | undefined;
}

interface Common {
  readonly rootKey: Secret;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Told once when the disk failed the database: the server is of no use any more, and is to be stopped. */
  readonly onStoreLost: OnStoreLost;
}

export interface KmsStart extends Common {
  readonly config: KmsConfig;
  /** Where the cloud's keys are fetched: its address, which inside an app is not what it is called. */
  readonly cloudAddress: () => string;
  readonly passwordCost?: PasswordCost;
  /** As `createKms` takes them. */
  readonly makeIdentityPair?: KmsOptions['makeIdentityPair'];
  readonly isIdentityRenewed?: boolean;
}

export interface CloudStart extends Common {
  readonly config: CloudConfig;
  readonly kmsAddress: () => string;
}

/** Starts a KMS. It meets its cloud over HTTP only, also where one process runs both. */
export async function startKms({ config, cloudAddress, ...parts }: KmsStart): Promise<RunningKms> {
  const cloudKeys = keysAt(cloudAddress, launchHeaders(config), parts.now);
  const cloud = { address: cloudAddress, url: config.cloudUrl, headers: launchHeaders(config) };
  const kms = await createKms({ ...parts, config, cloudKeys, cloud, version: VERSION }).catch(
    (error: unknown) => {
      throw startError(error, 'KMS_ROOT_KEY', config.databaseFile);
    },
  );
  return {
    ...running(config, await listenOrClose(kms, config, 'KMS', parts.logger), kms),
    upkeep: kms.upkeep,
    setupCode: kms.setupCode,
  };
}

/** Starts a cloud. */
export async function startCloud({ config, kmsAddress, ...parts }: CloudStart): Promise<RunningServer> {
  const kmsKeys = keysAt(kmsAddress, launchHeaders(config), parts.now);
  const cloud = await createCloud({ ...parts, config, kmsKeys, version: VERSION }).catch((error: unknown) => {
    throw startError(error, 'CLOUD_ROOT_KEY', config.databaseFile);
  });
  return running(config, await listenOrClose(cloud, config, 'CLOUD', parts.logger), cloud);
}

/** Trying again in a moment, as of a store that can't be reached, would not help. */
function startError(error: unknown, setting: string, databaseFile: string): unknown {
  if (!isSealkeepError(error, 'STORE_UNAVAILABLE')) return error;
  const reason = `the root key is not the one that the secrets in ${databaseFile} rest under`;
  return new SealkeepError('CONFIG_INVALID', { name: setting, reason }, { cause: error });
}

function keysAt(
  address: () => string,
  headers: Readonly<Record<string, string>>,
  now: () => Date,
): KeySource {
  return createKeySource({ load: () => fetchJwks(address() + KEY_SET_PATH, headers), now });
}

/** Inside an app each server shows the other the secret of this launch. */
function launchHeaders({ launchSecret }: KmsConfig | CloudConfig): Readonly<Record<string, string>> {
  return launchSecret === undefined ? {} : { [LAUNCH_SECRET_HEADER]: launchSecret };
}

interface Service {
  readonly app: Parameters<typeof listen>[0];
  close(): Promise<void>;
}

async function listenOrClose(
  service: Service,
  config: KmsConfig | CloudConfig,
  settings: SettingsPrefix,
  logger: Logger,
): Promise<Listening> {
  const { host, port, tls } = config;
  try {
    const { stopSeconds } = config;
    const graceMs = stopSeconds === undefined ? undefined : stopSeconds * 1000;
    return await listen(service.app, { host, port, tls, settings, graceMs, logger });
  } catch (error) {
    await service.close();
    throw error;
  }
}

function running(config: KmsConfig | CloudConfig, listening: Listening, service: Service): RunningServer {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: config.url,
    address: `${config.tls ? 'https' : 'http'}://${host}:${listening.port}`,
    async stop() {
      await listening.close();
      await service.close();
    },
  };
}
