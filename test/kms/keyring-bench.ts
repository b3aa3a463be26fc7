import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { randomId } from '../../core/crypto/random.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { createGroupCommit } from '../../core/durable/group-commit.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { createAuditLog } from '../../server/kms/audit/audit-log.ts';
import type { KmsConfig } from '../../server/kms/config.ts';
import { createKek } from '../../server/kms/keyring/create-kek.ts';
import { listVersions } from '../../server/kms/keyring/kek-versions.ts';
import { OWN_REALM } from '../../server/kms/keyring/own-realm.ts';
import { rotateKek } from '../../server/kms/keyring/rotate-kek.ts';
import { wrapDeks } from '../../server/kms/keyring/wrap-deks.ts';
import { createWriteWraps } from '../../server/kms/keyring/write-wraps.ts';
import type { RewrappingParts } from '../../server/kms/rewrapping/rewrap-version.ts';
import { KMS_MIGRATIONS } from '../../server/kms/store/migrations.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import { createCallLimits } from '../../server/platform/http/call-limits.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { DAY_MS } from '../../shared/days.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import { createMemoryRegistry } from './memory-registry.ts';
import { testConfig } from './start-test-kms.ts';

/** A KEK and who holds it; a foreign realm's has nobody. */
export interface BenchKek {
  readonly kekId: string;
  readonly ownerId: string | null;
}

/** A keyring over a real database, beside a registry in memory: what the KMS does of itself, without its servers. */
export async function startKeyringBench(pageSize?: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-keyring-'));
  const config: KmsConfig = testConfig(folder);
  const database = openSqlite<KmsSchema>(config.databaseFile);
  await migrate(database, KMS_MIGRATIONS);
  let time = Date.parse('2026-11-22T10:00:00Z');
  const now = () => new Date(time);
  const log: string[] = [];
  const registry = createMemoryRegistry(pageSize);
  const parts: RewrappingParts = {
    config,
    database,
    commits: createGroupCommit(database),
    atRest: createAtRest(Secret.random(32)),
    audit: createAuditLog(database, now),
    limits: createCallLimits(0),
    now,
    logger: createLogger('kms', 'debug', { write: (line) => log.push(line) }),
    registry,
  };
  const wrapping = { ...parts, writeWraps: createWriteWraps(parts) };

  async function addKek(realm: string, ownerId: string | null): Promise<BenchKek> {
    const kek = { realm, ownerId, isFirst: true, createdAt: now().getTime() };
    const kekId = await database
      .transaction()
      .execute((transaction) => createKek(transaction, parts.atRest, kek));
    return { kekId, ownerId };
  }

  return {
    parts,
    registry,
    /** With the KEK of a new person. */
    async addPerson(): Promise<BenchKek & { readonly ownerId: string }> {
      const id = randomId();
      const row = {
        ...{ id, name: id, state: 'active' as const, password_hash: '', totp_secret: Buffer.alloc(1) },
        ...{ totp_last_step: 0, created_at: now().getTime() },
      };
      await database.insertInto('users').values(row).execute();
      return { ...(await addKek(OWN_REALM, id)), ownerId: id };
    },
    addForeignKek: (realm: string) => addKek(realm, null),
    /** Wraps a fresh DEK for each of some new resources of a person's, and has the registry keep the wrapped keys. */
    async wrap({ ownerId }: { readonly ownerId: string }, count = 1): Promise<string[]> {
      const names = Array.from({ length: count }, () =>
        formatResourceName({ owner: ownerId, id: randomId() }),
      );
      names.sort();
      const items = names.map((resourceName) => ({
        resourceName,
        perimeterId: '',
        dek: Secret.random(32),
      }));
      const wrapped = await wrapDeks(wrapping, { realm: OWN_REALM, ownerId }, items, []);
      for (const [index, name] of names.entries())
        registry.keys.set(name, wrapped[index]?.toString('base64') ?? '');
      return names;
    },
    rotate: ({ kekId }: BenchKek) =>
      database.transaction().execute((transaction) => rotateKek(parts, transaction, kekId)),
    /** `VERSION STATUS`, oldest first. */
    async versions({ kekId }: BenchKek): Promise<string[]> {
      return (await listVersions(database, kekId)).map(({ version, status }) => `${version} ${status}`);
    },
    /** How many wraps hang on each version of a KEK. */
    async census({ kekId }: BenchKek): Promise<Record<number, number>> {
      const rows = await database
        .selectFrom('census')
        .select(['version', 'is_needed'])
        .where('kek_id', '=', kekId)
        .execute();
      const counts: Record<number, number> = {};
      for (const { version, is_needed } of rows) counts[version] = (counts[version] ?? 0) + is_needed;
      return counts;
    },
    audit: () =>
      database.selectFrom('audit').select(['operation', 'actor', 'reason']).orderBy('seq').execute(),
    advanceDays(days: number) {
      time += days * DAY_MS;
    },
    log: () => log.join(''),
    /** The bytes of the database's files as they lie on disk. */
    async files(): Promise<Buffer> {
      const names = await readdir(folder);
      return Buffer.concat(await Promise.all(names.map((name) => readFile(path.join(folder, name)))));
    },
    async close() {
      await database.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

export type KeyringBench = Awaited<ReturnType<typeof startKeyringBench>>;
