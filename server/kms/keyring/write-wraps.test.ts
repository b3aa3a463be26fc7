import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AtRest, createAtRest } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { createGroupCommit } from '../../../core/durable/group-commit.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { createKek } from './create-kek.ts';
import { createWriteWraps, type WriteWraps } from './write-wraps.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const REALMS = ['one.example', 'two.example'];

let database: KmsDatabase;
let atRest: AtRest;
let writeWraps: WriteWraps;
const keks = new Map<string, string>();

beforeAll(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  atRest = createAtRest(Secret.random(32));
  for (const realm of REALMS) {
    const kek = { realm, ownerId: null, isFirst: true, createdAt: 0 };
    const id = await database.transaction().execute((transaction) => createKek(transaction, atRest, kek));
    keks.set(realm, id);
  }
  const audit = createAuditLog(database, () => NOW);
  writeWraps = createWriteWraps({ commits: createGroupCommit(database), atRest, audit });
});
afterAll(() => database.destroy());

/** A call's wraps, as it gets them and lets go of them; in hexadecimal what it was lent. */
async function wrap(realm: string, names: readonly string[], requestId: string) {
  const held: Secret[] = [];
  const call = { requestId, address: '127.0.0.1' };
  const entries = names.map((resourceName) => ({ call, actor: 'ann', operation: 'wrap', resourceName }));
  try {
    const { kek, resources } = await writeWraps({ holder: { realm, ownerId: null }, names, entries, held });
    // Others of the group may have let go of theirs by now.
    await Promise.resolve();
    return {
      kekId: kek.kekId,
      kek: kek.secret.use((bytes) => bytes.toString('hex')),
      generations: resources.map(({ generation }) => generation),
      secrets: resources.map(({ secret }) => secret.use((bytes) => bytes.toString('hex'))),
    };
  } finally {
    for (const secret of held) secret.destroy();
  }
}

test('calls at the same moment share statements; each wrap has a generation of its own', async () => {
  const [one = '', two = ''] = REALMS;
  await wrap(one, ['known'], 'before');
  const transactions = vi.spyOn(database, 'transaction');
  const written = await Promise.all([
    wrap(one, ['known', 'new'], 'a'),
    wrap(two, ['known'], 'b'),
    wrap(one, ['new'], 'c'),
    wrap(one, ['known'], 'd'),
  ]);
  expect(transactions).toHaveBeenCalledTimes(1);
  expect(written.map(({ generations }) => generations)).toEqual([[2, 1], [1], [2], [3]]);
  expect(written.map(({ kekId }) => kekId)).toEqual([one, two, one, one].map((realm) => keks.get(realm)));
  const [first, other, third, last] = written;
  expect(first?.kek).toBe(last?.kek);
  expect(first?.kek).not.toBe(other?.kek);
  // A resource has one secret, whoever wraps, and a realm's are its own.
  expect([...(last?.secrets ?? []), ...(third?.secrets ?? [])]).toEqual(first?.secrets);
  expect(other?.secrets).not.toEqual(last?.secrets);
  const again = await wrap(one, ['known', 'new'], 'after');
  expect(again.secrets).toEqual(first?.secrets);
  const census = await database
    .selectFrom('census')
    .select(['realm', 'resource_name', 'generation'])
    .orderBy('realm')
    .orderBy('resource_name')
    .orderBy('generation')
    .execute();
  expect(census.map((row) => Object.values(row).join(' '))).toEqual([
    ...[1, 2, 3, 4].map((generation) => `${one} known ${generation}`),
    ...[1, 2, 3].map((generation) => `${one} new ${generation}`),
    `${two} known 1`,
  ]);
  const log = await database
    .selectFrom('audit')
    .select(['request_id', 'resource_name'])
    .orderBy('seq')
    .execute();
  expect(log.map((row) => `${row.request_id} ${row.resource_name}`)).toEqual([
    'before known',
    'a known',
    'a new',
    'b known',
    'c new',
    'd known',
    'after known',
    'after new',
  ]);
});

test('a call that is refused leaves nothing, and takes nobody with it', async () => {
  const [one = ''] = REALMS;
  const outcomes = await Promise.allSettled([
    wrap(one, ['x'], 'e'),
    wrap('nobody.example', ['x'], 'f'),
    wrap(one, ['x'], 'g'),
  ]);
  expect(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.generations : 'refused')),
  ).toEqual([[1], 'refused', [2]]);
  const log = await database
    .selectFrom('audit')
    .select('request_id')
    .where('resource_name', '=', 'x')
    .execute();
  expect(log.map((row) => row.request_id)).toEqual(['e', 'g']);
});
