import { type CompiledQuery, sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createAtRest } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { createCallLimits } from '../../platform/http/call-limits.ts';
import { createFindPerson } from '../identity/find-person.ts';
import { countNeedingNewKey } from '../keyring/census.ts';
import { createKek } from '../keyring/create-kek.ts';
import { findKekToWrapWith, findKekVersions } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { findResources } from '../keyring/resources.ts';
import { KMS_MIGRATIONS } from './migrations.ts';
import type { KmsDatabase, KmsSchema } from './schema.ts';

const REALM = 'one.example';
const atRest = createAtRest(Secret.random(32));
let database: KmsDatabase;
let kekId: string;

beforeAll(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  const kek = { realm: REALM, ownerId: null, isFirst: true, createdAt: 0 };
  kekId = await database.transaction().execute((transaction) => createKek(transaction, atRest, kek));
});
afterAll(() => database.destroy());

const HOT: Readonly<Record<string, () => Promise<unknown>>> = {
  'the person of a token': () =>
    createFindPerson({ database, limits: createCallLimits(0) })({ sub: 'a', lid: 'b' }),
  'the first KEK of a holder': () => findKekToWrapWith(database, atRest, { realm: REALM, ownerId: null }),
  'a KEK that is named': () =>
    findKekToWrapWith(database, atRest, { realm: OWN_REALM, ownerId: 'a', kekId }).catch(() => undefined),
  'versions of KEKs': () => findKekVersions(database, atRest, [{ kekId, version: 1 }]),
  'resources by name': () => findResources(database, REALM, ['a', 'b', 'c']),
};

/** What each wrap or unwrap asks must not take longer the more people, keys and files there are. */
test.each(Object.entries(HOT))('%s: found by an index, in all of its columns', async (_name, ask) => {
  const executed = vi.spyOn(database, 'executeQuery');
  await ask();
  const queries = executed.mock.calls.map(([query]) => query as CompiledQuery);
  executed.mockRestore();
  expect(queries).toHaveLength(1);
  for (const query of queries) {
    const plan = await sql
      .raw<{ detail: string }>(`EXPLAIN QUERY PLAN ${query.sql.replaceAll('?', "'x'")}`)
      .execute(database);
    const steps = plan.rows.map(({ detail }) => detail);
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(steps.filter((step) => step.startsWith('SEARCH')).length).toBeGreaterThan(0);
    // The realm alone is everybody's.
    expect(steps.filter((step) => step.endsWith('(realm=?)'))).toEqual([]);
  }
});

test('the census of a KEK is left alone while no version of it was revoked', async () => {
  const asked = vi.spyOn(database, 'selectFrom');
  expect(await countNeedingNewKey(database, kekId)).toBe(0);
  expect(asked.mock.calls).toEqual([['kek_versions']]);
  asked.mockRestore();
});
