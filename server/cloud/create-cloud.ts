import path from 'node:path';
import type { Express } from 'express';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { makeFolder } from '../../core/durable/folder.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { OnStoreLost } from '../../core/durable/wal-sync.ts';
import { TOKEN_TYP } from '../../shared/api/token-typ.ts';
import { createCallLimits } from '../platform/http/call-limits.ts';
import { createHttpApp } from '../platform/http/create-http-app.ts';
import { ownErrorShape } from '../platform/http/error-reply.ts';
import { operationsEndpoints } from '../platform/http/operations-endpoints.ts';
import { keySetEndpoint } from '../platform/issuers/key-set-endpoint.ts';
import type { KeySource } from '../platform/issuers/key-source.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { descriptionEndpoints } from '../platform/openapi/endpoints.ts';
import { assertNoChangeUnderWay } from '../platform/root-key/change-record.ts';
import { createAuthorizationSigner } from './authorization-token.ts';
import { openBlobFolder } from './blobs/blob-folder.ts';
import { sweepBlobs } from './blobs/remove-unnamed.ts';
import { createCallerGuard, createKmsGuard } from './caller-guard.ts';
import type { CloudConfig } from './config.ts';
import { cloudEndpoints } from './endpoints.ts';
import type { CloudParts } from './parts.ts';
import { createFileListStore } from './stores/file-list-store.ts';
import { createFileStore } from './stores/file-store.ts';
import { migrations } from './stores/migrations.ts';
import { createPersonStore } from './stores/person-store.ts';
import { createRegistryStore } from './stores/registry-store.ts';
import { createResourceStore } from './stores/resource-store.ts';
import type { CloudDatabase, CloudSchema } from './stores/schema.ts';
import { createShareStore } from './stores/share-store.ts';
import { loadAuthorizationKey } from './stores/signing-key-store.ts';
import { createUnnamedBlobStore } from './stores/unnamed-blob-store.ts';
import { createWrappedKeyStore } from './stores/wrapped-key-store.ts';

export interface CloudOptions {
  readonly config: CloudConfig;
  /** Stays the caller's, who may destroy it once the cloud is there. */
  readonly rootKey: Secret;
  /** Verifying keys of the issuer `config.kmsUrl`. */
  readonly kmsKeys: KeySource;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Sealkeep's. */
  readonly version: string;
  /** Told once when the disk failed the database: nothing works any more until another cloud is created over it. */
  readonly onStoreLost?: OnStoreLost | undefined;
}

export interface Cloud {
  /** It does not listen. */
  readonly app: Express;
  /** To be called once nothing listens any more. */
  close(): Promise<void>;
}

/** The storage service: its database is brought up to date and its folder swept before it resolves. */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  await makeFolder(path.dirname(options.config.databaseFile));
  const database = openSqlite<CloudSchema>(options.config.databaseFile, {
    onStoreLost: options.onStoreLost,
  });
  try {
    await migrate(database, migrations);
    await assertNoChangeUnderWay(database);
    return { app: await createApp(options, database), close: () => database.destroy() };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function createApp(options: CloudOptions, database: CloudDatabase): Promise<Express> {
  const { config, rootKey, kmsKeys, now, logger, version } = options;
  const key = await loadAuthorizationKey(database, createAtRest(rootKey));
  const blobs = await openBlobFolder(config.blobsFolder);
  const limits = createCallLimits(config.callsPerMinute);
  const parts: CloudParts = {
    config,
    guard: createCallerGuard({ config, kmsKeys, people: createPersonStore(database), limits, now }),
    kmsGuard: createKmsGuard({ config, kmsKeys, now }),
    authorizations: createAuthorizationSigner({ key, config, now }),
    resources: createResourceStore(database),
    registry: createRegistryStore(database),
    files: createFileStore(database),
    lists: createFileListStore(database),
    shares: createShareStore(database),
    wrappedKeys: createWrappedKeyStore(database),
    unnamed: createUnnamedBlobStore(database),
    blobs,
    now,
    logger,
  };
  await sweepBlobs(parts);
  const keySet = publishKeySet([{ typ: TOKEN_TYP.authorization, key }]);
  const operations = operationsEndpoints({
    service: 'cloud',
    url: config.url,
    version,
    check: () => Promise.all([sql`SELECT 1`.execute(database), blobs.check()]),
  });
  const addresses = config.metricsAddresses;
  const metrics = createMetrics({ service: 'cloud', version, addresses, gauges: [] });
  const endpoints = [...cloudEndpoints(parts), keySetEndpoint(keySet), ...operations, metrics.endpoint];
  const description = descriptionEndpoints(
    { service: 'cloud', version, url: config.url, endpoints, errorShapeOf: () => ownErrorShape },
    { isPageWanted: config.launchSecret === undefined },
  );
  return createHttpApp({
    door: {
      addresses: config.addresses,
      hosts: [new URL(config.url).host],
      // No page talks to the cloud: the agent does.
      launchSecret: config.launchSecret,
    },
    trustedProxies: config.trustedProxies,
    endpoints: [...endpoints, ...description],
    measure: metrics.measure,
    batchPaths: ['/resources', '/authorize', '/keys/rewrapped'],
    limits,
    logger,
  });
}
