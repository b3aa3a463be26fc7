import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAtRest } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { testIdentityPair } from '../../../test/kms/identity-pair.ts';
import type { Person } from '../identity/person.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsSchema } from '../store/schema.ts';
import { createEscrowPairs, type EscrowPairs } from './escrow-pairs.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const person = (name: string): Person => ({ id: name.padEnd(22, '_'), name, loginId: 'l'.repeat(22) });
const [anna, ben] = [person('anna'), person('ben')];

let database: Kysely<KmsSchema>;
let pairs: EscrowPairs;
let generated: number;
let recorded: string[];

beforeEach(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  const people = [anna, ben].map(({ id, name }) => ({
    id,
    name,
    state: 'active' as const,
    password_hash: '',
    totp_secret: Buffer.alloc(1),
    totp_last_step: 0,
    created_at: NOW.getTime(),
  }));
  await database.insertInto('users').values(people).execute();
  generated = 0;
  recorded = [];
  pairs = createEscrowPairs({ database, atRest: createAtRest(Secret.random(32)), now: () => NOW }, () => {
    generated += 1;
    return testIdentityPair();
  });
});
afterEach(() => database.destroy());

const make = (who: Person) => pairs.make(who, async () => void recorded.push(who.name));

test('of many calls at once one makes the pair, for each person', async () => {
  const made = await Promise.all([...Array.from({ length: 12 }, () => make(anna)), make(ben)]);
  expect(generated).toBe(2);
  expect(recorded).toEqual(['anna', 'ben']);
  expect(made.map(({ isMade }) => isMade)).toEqual([true, ...Array(11).fill(false), true]);
  expect(new Set(made.map(({ publicKey }) => publicKey))).toEqual(new Set([await pairs.publicKeyOf(anna)]));
});

test('one that is there already is neither made nor recorded again', async () => {
  const first = await make(anna);
  expect(await make(anna)).toEqual({ ...first, isMade: false });
  expect([generated, recorded]).toEqual([1, ['anna']]);
});

test('what could not be recorded is not kept, and the next call makes it', async () => {
  const failing = pairs.make(anna, () => Promise.reject(new Error('no room')));
  const joined = make(anna);
  await expect(failing).rejects.toThrow('no room');
  await expect(joined).rejects.toThrow('no room');
  expect(await pairs.publicKeyOf(anna)).toBeUndefined();
  expect((await make(anna)).isMade).toBe(true);
});
