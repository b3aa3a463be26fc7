import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { type KeyReply, keyListReply } from '../../../shared/api/kms/keys.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { formatResourceName } from '../../../shared/names/resource-name.ts';
import {
  enrol,
  STEP_SECONDS,
  startTestKms,
  type TestKms,
  type TestPerson,
  totpCode,
  wrongTotpCode,
} from '../../../test/kms/start-test-kms.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';

/** The calls on keys as their owner makes them; what becomes of versions is in `test/kms/rotation.test.ts`. */
let kms: TestKms;
let database: KmsDatabase;
let anna: TestPerson;
let bearer: string;

beforeAll(async () => {
  // What it does of itself is done when a call wakes it, and never by the time.
  kms = await startTestKms({ schedule: () => () => undefined });
  database = openSqlite<KmsSchema>(kms.config.databaseFile);
  anna = await enrol(kms, 'anna');
  bearer = anna.confirmed.access_token;
});
afterAll(async () => {
  await database.destroy();
  await kms.close();
});

const post = (path: string, body: object) => kms.post(path, body, bearer);
const keys = async (): Promise<KeyReply[]> =>
  keyListReply.parse((await kms.call('GET', '/keys', { bearer })).data);
/** A code that was not used yet: each is good once. */
function freshCode(): string {
  kms.advance(STEP_SECONDS);
  return totpCode(anna.otpUri, kms.now());
}
const detailsOf = (text: string) => JSON.parse(text).error.details as Record<string, unknown>;
const lastEntry = () =>
  database
    .selectFrom('audit')
    .select(['actor', 'operation', 'decision', 'code'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
const failures = async () => (await database.selectFrom('login_failures').select('failures').execute())[0];

describe('giving a file up', () => {
  let resourceNames: string[];
  const isThere = async () =>
    (await database.selectFrom('resources').select('name').where('name', 'in', resourceNames).execute())
      .length > 0;

  beforeAll(async () => {
    const { id } = await database.selectFrom('users').select('id').executeTakeFirstOrThrow();
    resourceNames = [formatResourceName({ owner: id, id: 'B'.repeat(22) })];
    const [name = ''] = resourceNames;
    await database
      .insertInto('resources')
      .values({ realm: 'sealkeep', name, secret: Buffer.alloc(60, 7), generation: 1 })
      .execute();
  });

  test('takes a right code that was not used: without one everything stays', async () => {
    expect((await post('/keys/shred', { resourceNames })).code).toBe('REQUEST_INVALID');
    const wrong = wrongTotpCode(anna.otpUri, kms.now());
    expect((await post('/keys/shred', { resourceNames, code: wrong })).code).toBe('CODE_REFUSED');
    expect(await lastEntry()).toEqual({
      actor: 'anna',
      operation: 'shred',
      decision: 'refused',
      code: 'CODE_REFUSED',
    });
    const used = totpCode(anna.otpUri, kms.now(), -1);
    expect((await post('/keys/shred', { resourceNames, code: used })).code).toBe('CODE_REFUSED');
    expect(await isThere()).toBe(true);
    expect(await failures()).toEqual({ failures: 2 });
  });

  test('leaves nothing of its secret in the files, and the failures before are forgotten', async () => {
    const secret = Buffer.alloc(60, 7);
    expect((await kms.files()).includes(secret)).toBe(true);
    expect((await post('/keys/shred', { resourceNames, code: freshCode() })).data).toEqual({ shredded: 1 });
    expect(await isThere()).toBe(false);
    expect((await kms.files()).includes(secret)).toBe(false);
    expect(await failures()).toBeUndefined();
  });
});

describe('releasing what nothing was sealed with', () => {
  test('takes no code: it stops counting, is remembered, and nothing of its secret goes', async () => {
    const { id } = await database.selectFrom('users').select('id').executeTakeFirstOrThrow();
    const [kek] = await keys();
    const names = ['C', 'D', 'E'].map((letter) => formatResourceName({ owner: id, id: letter.repeat(22) }));
    const secret = Buffer.alloc(60, 9);
    const version = { kek_id: kek?.keyId ?? '', version: 1, generation: 1 };
    for (const name of names) {
      await database
        .insertInto('resources')
        .values({ realm: 'sealkeep', name, secret, generation: 1 })
        .execute();
      await database
        .insertInto('census')
        .values({ realm: 'sealkeep', resource_name: name, ...version })
        .execute();
    }
    const needed = async () => (await keys())[0]?.versions[0]?.needed;
    expect(await needed()).toBe(3);
    const resourceNames = names.slice(0, 2);
    expect((await post('/keys/release', { resourceNames })).data).toEqual({ released: 2 });
    expect(await needed()).toBe(1);
    const entries = await database
      .selectFrom('audit')
      .select(['actor', 'resource_name'])
      .where('operation', '=', 'release')
      .where('decision', '=', 'allowed')
      .orderBy('seq')
      .execute();
    expect(entries).toEqual(names.slice(0, 2).map((resource_name) => ({ actor: 'anna', resource_name })));
    // A foreign realm may call a resource of its own the same.
    const foreign = { realm: 'x.org', resource_name: names[0] ?? '', ...version };
    await database.insertInto('census').values(foreign).execute();
    expect((await post('/keys/release', { resourceNames })).data).toEqual({ released: 0 });

    const counted = database
      .selectFrom('census')
      .select('is_needed')
      .where('resource_name', 'in', names)
      .orderBy('realm')
      .orderBy('resource_name');
    expect((await counted.execute()).map(({ is_needed }) => is_needed)).toEqual([0, 0, 1, 1]);
    const kept = database.selectFrom('resources').select('secret').where('name', 'in', names);
    expect((await kept.execute()).map((row) => secret.equals(row.secret))).toEqual([true, true, true]);
  });
});

describe('scheduling a destruction', () => {
  const schedule = async (days: number, code: string) =>
    post('/keys/schedule-destruction', { keyId: (await keys())[0]?.keyId, version: 1, code, days });

  test.each([6, 7.5, 31, 0, -7])('%d days are too few, too many or no number of days', async (days) => {
    expect((await schedule(days, '000000')).code).toBe('REQUEST_INVALID');
  });

  test.each([7, 30])('%d days are good: only the cloud is not there to be asked', async (days) => {
    expect((await schedule(days, '000000')).code).toBe('CLOUD_UNAVAILABLE');
  });
});

test('a right code that ends in a refusal is no failed attempt, and still good; to disable wakes the upkeep', async () => {
  const { keyId: other } = (await post('/keys/generate', {})).data as { keyId: string };
  const code = freshCode();
  for (let times = 0; times < 8; times += 1)
    expect((await post('/keys/enable', { keyId: other, version: 1, code })).code).toBe('KEY_VERSION_STATE');
  expect(await failures()).toEqual({ failures: 0 });
  // There is no cloud, and each run of the upkeep says so.
  const hasRun = 'upkeep has to be tried again';
  expect(kms.log()).not.toContain(hasRun);
  expect((await post('/keys/disable', { keyId: other, version: 1, code })).status).toBe(200);
  await expect.poll(() => kms.log()).toContain(hasRun);
  expect((await post('/keys/enable', { keyId: other, version: 1, code })).code).toBe('CODE_REFUSED');
  expect(await failures()).toEqual({ failures: 1 });
});

describe('limits', () => {
  test('so many rotations in a day, and then again', async () => {
    const { keyId: other } = (await post('/keys/generate', {})).data as { keyId: string };
    for (let times = 0; times < LIMITS.rotationsInADay; times += 1) {
      expect((await post('/keys/rotate', { keyId: other })).data['version']).toBe(times + 2);
      kms.advance(1);
    }
    const refused = await post('/keys/rotate', { keyId: other });
    expect([refused.status, refused.code]).toEqual([429, 'KEY_ROTATED_TOO_OFTEN']);
    expect(detailsOf(refused.text)['retry_after']).toBe(86_400 - LIMITS.rotationsInADay);
    expect(await lastEntry()).toMatchObject({ operation: 'rotate-key', code: 'KEY_ROTATED_TOO_OFTEN' });
    // Whoever has a version to revoke is not held up.
    const active = LIMITS.rotationsInADay + 1;
    const revoked = await post('/keys/disable', { keyId: other, version: active, code: freshCode() });
    expect(revoked.data).toMatchObject({ version: active, status: 'disabled' });
  });

  test('so many keys of one person', async () => {
    const before = (await keys()).length;
    const { id } = await database.selectFrom('users').select('id').executeTakeFirstOrThrow();
    await database
      .insertInto('keks')
      .values(
        Array.from({ length: LIMITS.keks - before - 1 }, (_, index) => ({
          ...{ id: `filling-${index}`, realm: 'sealkeep', owner_id: id, is_first: 0 },
          ...{ active_version: 1, created_at: 0 },
        })),
      )
      .execute();
    expect((await post('/keys/generate', {})).status).toBe(201);
    const refused = await post('/keys/generate', {});
    expect([refused.status, refused.code, detailsOf(refused.text)]).toMatchObject([
      409,
      'KEY_LIMIT',
      { limit: LIMITS.keks },
    ]);
    expect(await lastEntry()).toMatchObject({ operation: 'generate-key', code: 'KEY_LIMIT' });
    expect(await keys()).toHaveLength(LIMITS.keks);
  });
});
