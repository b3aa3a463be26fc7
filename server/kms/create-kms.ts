import path from 'node:path';
import type { Express } from 'express';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { createPasswordHasher, type PasswordCost } from '../../core/crypto/password-hash.ts';
import { generateRsaOaepPair, type OaepKeyPair } from '../../core/crypto/rsa-oaep.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { makeFolder } from '../../core/durable/folder.ts';
import { type FreeBytes, freeBytes as systemFreeBytes } from '../../core/durable/free-bytes.ts';
import { createGroupCommit } from '../../core/durable/group-commit.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { OnStoreLost, SystemSync } from '../../core/durable/wal-sync.ts';
import { type Schedule, systemSchedule } from '../../core/schedule.ts';
import { createCallLimits } from '../platform/http/call-limits.ts';
import { createHttpApp } from '../platform/http/create-http-app.ts';
import { operationsEndpoints } from '../platform/http/operations-endpoints.ts';
import type { KeySource } from '../platform/issuers/key-source.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { descriptionEndpoints } from '../platform/openapi/endpoints.ts';
import { assertNoChangeUnderWay } from '../platform/root-key/change-record.ts';
import { administrationEndpoints } from './administration/endpoints.ts';
import { auditFigures } from './audit/audit-figures.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { createAuditUpkeep } from './audit/audit-upkeep.ts';
import { createCheckpointSigner } from './audit/checkpoints.ts';
import { auditEndpoints } from './audit/endpoints.ts';
import type { KmsConfig } from './config.ts';
import { escrowEndpoints } from './escrow/endpoints.ts';
import { isAdministrator } from './identity/administrators.ts';
import { createIdentity } from './identity/create-identity.ts';
import { makeSetupCode } from './identity/setup.ts';
import { createKeyService } from './kacls/create-key-service.ts';
import { countVersions } from './keyring/count-versions.ts';
import type { KmsParts } from './parts.ts';
import { createReserve, needingRoom } from './reserve.ts';
import { type CloudPeer, createCloudRegistry } from './rewrapping/cloud-registry.ts';
import { recountVersion } from './rewrapping/recount-version.ts';
import { createSecureSessions } from './secure-session/create-secure-sessions.ts';
import { openSigningKeys } from './signing/signing-keys.ts';
import { wellKnownEndpoints } from './signing/well-known-endpoints.ts';
import { KMS_MIGRATIONS } from './store/migrations.ts';
import type { KmsSchema } from './store/schema.ts';
import type { Upkeep } from './upkeep/create-upkeep.ts';
import { createKmsUpkeep } from './upkeep/kms-upkeep.ts';

export interface KmsOptions {
  readonly config: KmsConfig;
  /** 32 bytes. A copy is kept, so the caller may destroy it. */
  readonly rootKey: Secret;
  /** Verifies the cloud's authorization tokens. */
  readonly cloudKeys: KeySource;
  /** Where the cloud is reached, for what the KMS asks of it. */
  readonly cloud: CloudPeer;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Sealkeep's, for `/healthz`. */
  readonly version: string;
  readonly passwordCost?: PasswordCost | undefined;
  /** Makes the identity key of a first start. */
  readonly makeIdentityPair?: (() => Promise<OaepKeyPair>) | undefined;
  /** Puts a new identity key in the present one's place, which signs it for the clients that know it. */
  readonly isIdentityRenewed?: boolean | undefined;
  readonly schedule?: Schedule | undefined;
  /** Where the disk of the database says how much room it has. */
  readonly freeBytes?: FreeBytes | undefined;
  /** Told once when the disk failed the database: nothing works any more until another KMS is created over it. */
  readonly onStoreLost?: OnStoreLost | undefined;
  /** Syncs the database's log; the system's where it is not given. */
  readonly systemSync?: SystemSync | undefined;
}

export interface Kms {
  /** Does not listen yet. */
  readonly app: Express;
  readonly upkeep: Upkeep;
  /** By which the first person may register from another machine: a new one at each start until then, in no app. */
  readonly setupCode: string | undefined;
  /** Ends the upkeep and closes the database; to be called when nobody listens any more. */
  close(): Promise<void>;
}

/**
 * Composes the KMS over its database.
 * @throws SealkeepError STORE_UNAVAILABLE where the root key is not the one that the database's secrets rest under.
 */
export async function createKms(options: KmsOptions): Promise<Kms> {
  const { config, logger, now, schedule = systemSchedule, freeBytes = systemFreeBytes } = options;
  const folder = path.dirname(config.databaseFile);
  await makeFolder(folder);
  const database = openSqlite<KmsSchema>(config.databaseFile, {
    systemSync: options.systemSync,
    onStoreLost: options.onStoreLost,
  });
  try {
    const base = {
      config,
      database,
      commits: createGroupCommit(database),
      atRest: createAtRest(options.rootKey),
      limits: createCallLimits(config.callsPerMinute),
      now,
      logger,
    };
    await migrate(database, KMS_MIGRATIONS);
    await assertNoChangeUnderWay(database);
    const keys = await openSigningKeys(base);
    const signer = createCheckpointSigner(keys.checkpoint, config.url, now);
    const parts: KmsParts = { ...base, audit: createAuditLog(database, now, signer) };
    const { bearer, ...identity } = createIdentity(parts, keys, createPasswordHasher(options.passwordCost));
    const registry = createCloudRegistry({ peer: options.cloud, kmsUrl: config.url, key: keys.service, now });
    const ending = new AbortController();
    const upkeep = createKmsUpkeep({ ...parts, registry }, schedule);
    const assertRoom = createReserve({ freeBytes, folder, reserveBytes: config.reserveBytes, now });
    const keyService = await createKeyService({
      ...parts,
      authentication: identity.authentication,
      bearer,
      assertRoom,
      cloudKeys: options.cloudKeys,
      signing: keys,
      version: options.version,
      wakeUpkeep: upkeep.wake,
      recount: (kek) => recountVersion({ ...parts, registry }, kek, ending.signal),
    });
    const setupCode = config.launchSecret === undefined ? await makeSetupCode(parts) : undefined;
    // Last of what can fail: it works in the background from here on, as the upkeep does.
    const secureSessions = await createSecureSessions(
      parts,
      {
        makePair: options.makeIdentityPair ?? generateRsaOaepPair,
        isLazy: config.launchSecret !== undefined,
        isRenewed: options.isIdentityRenewed ?? false,
      },
      schedule,
    );
    const metrics = createMetrics({
      service: 'kms',
      version: options.version,
      addresses: config.metricsAddresses,
      gauges: [
        {
          name: 'sealkeep_kek_versions',
          help: 'Versions of KEKs by status.',
          label: 'status',
          read: () => countVersions(database),
        },
        ...auditFigures(database, now),
      ],
    });
    const endpoints = [
      // First, for each path is looked for from the top, and these are called all the time.
      ...keyService.endpoints,
      // Anyone may call it, as often as they like.
      ...needingRoom(assertRoom, identity.endpoints, (endpoint) => endpoint.path === '/register'),
      ...secureSessions.endpoints,
      ...wellKnownEndpoints(config.url, keys),
      ...operationsEndpoints({
        service: 'kms',
        url: config.url,
        version: options.version,
        check: () => sql`SELECT 1 FROM users LIMIT 1`.execute(database),
      }),
      // Each of them writes, be it an entry of the audit log.
      ...needingRoom(assertRoom, escrowEndpoints(parts, bearer), () => true),
      ...administrationEndpoints(parts, bearer),
      ...auditEndpoints(database, bearer, (id) => isAdministrator(database, id)),
      metrics.endpoint,
    ];
    const { errorShapeOf } = keyService;
    const description = descriptionEndpoints(
      { service: 'kms', version: options.version, url: config.url, endpoints, errorShapeOf },
      { isPageWanted: config.launchSecret === undefined },
    );
    const app = createHttpApp({
      door: {
        addresses: config.addresses,
        hosts: [config.url, ...config.formerUrls].map((url) => new URL(url).host),
        originsOf: keyService.originsOf,
        launchSecret: config.launchSecret,
      },
      trustedProxies: config.trustedProxies,
      endpoints: [...endpoints, ...description],
      measure: metrics.measure,
      batchPaths: keyService.batchPaths,
      beforeDoor: keyService.beforeDoor,
      afterDoor: keyService.afterDoor,
      messageDoor: secureSessions.door,
      errorShapeOf,
      limits: parts.limits,
      logger,
    });
    // Last, for they work in the background from here on.
    const auditUpkeep = createAuditUpkeep(parts, signer, schedule);
    upkeep.start();
    return {
      app,
      upkeep,
      setupCode,
      async close() {
        ending.abort();
        try {
          await upkeep.close();
          await secureSessions.close();
          await keys.close();
          await auditUpkeep.close();
        } finally {
          await database.destroy();
        }
      },
    };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}
