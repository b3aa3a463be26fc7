import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { kaclsCode, type Member, type People, startPeople } from '../../../test/kms/people.ts';
import { PASSWORD, totpCode, wrongTotpCode } from '../../../test/kms/start-test-kms.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';

let people: People;
let ann: Member;

beforeAll(async () => {
  people = await startPeople();
  ann = await people.join('ann');
});
afterAll(() => people.kms.close());

const call = (member: Member, method: string, path: string, body?: object) =>
  people.kms.call(method, path, { bearer: member.bearer, ...(body ? { body } : {}) });

async function withDatabase<T>(work: (database: KmsDatabase) => Promise<T>): Promise<T> {
  const database = openSqlite<KmsSchema>(people.kms.config.databaseFile);
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

test('logins say on which devices they are; all others end at once', async () => {
  const bob = await people.join('bob');
  const named = await people.logIn(bob, { device_name: 'Bob’s laptop' });
  const unfit = ['', 'x'.repeat(65), 'two\nlines', '\u202eexe'];
  for (const device_name of unfit) {
    expect((await people.logIn(bob, { device_name })).code).toBe('REQUEST_INVALID');
  }
  const listed = (await call(bob, 'GET', '/logins')).data as unknown as { device_name?: string }[];
  expect(listed.map(({ device_name }) => device_name).sort()).toEqual(['Bob’s laptop', undefined]);
  expect((await call(bob, 'DELETE', '/logins')).data).toEqual({ ended: 1 });
  expect((await call(bob, 'GET', '/logins')).data).toHaveLength(1);
  const { access_token, refresh_token } = named.data;
  const other = await people.kms.call('GET', '/logins', { bearer: String(access_token) });
  expect(other.code).toBe('AUTHENTICATION_INVALID');
  expect((await people.kms.post('/refresh', { refresh_token })).code).toBe('REFRESH_REFUSED');
  expect((await call(ann, 'GET', '/logins')).data).toHaveLength(1);
});

test('new recovery codes take a fresh code, and the old ones are good no more', async () => {
  const carl = await people.join('carl');
  const wrong = wrongTotpCode(carl.otpUri, people.kms.now());
  expect((await call(carl, 'POST', '/recovery-codes', { code: wrong })).code).toBe('CODE_REFUSED');
  const { data } = await call(carl, 'POST', '/recovery-codes', { code: people.code(carl) });
  const codes = data['recovery_codes'] as string[];
  expect(new Set([...codes, ...carl.recoveryCodes]).size).toBe(20);
  const login = (recovery_code?: string) =>
    people.kms.post('/login', { user: 'carl', password: PASSWORD, recovery_code });
  expect((await login(carl.recoveryCodes[0])).code).toBe('LOGIN_REFUSED');
  expect((await login(codes[0])).status).toBe(200);
});

test('a new authenticator takes password and code, works once it is confirmed, and ends all logins', async () => {
  const dora = await people.join('dora');
  const begin = (body: object) => call(dora, 'POST', '/authenticator', body);
  expect((await begin({ password: 'wrong', code: people.code(dora) })).code).toBe('LOGIN_REFUSED');
  expect((await begin({ password: PASSWORD })).code).toBe('REQUEST_INVALID');
  const dropped = await begin({ password: PASSWORD, recovery_code: dora.recoveryCodes[0] });
  const begun = await begin({ password: PASSWORD, code: people.code(dora) });
  const uri = String(begun.data['otp_uri']);
  const { pathname, search } = new URL(String(begun.data['qr_code_link']));
  const picture = async () => (await fetch(people.kms.address() + pathname + search)).status;
  expect(await picture()).toBe(200);
  const confirm = ({ data }: typeof begun, code: string) =>
    people.kms.post('/authenticator/confirm', {
      user: 'dora',
      enrolment_ticket: data['enrolment_ticket'],
      code,
    });
  // The later one took the place of the earlier one.
  const former = totpCode(String(dropped.data['otp_uri']), people.kms.now());
  expect((await confirm(dropped, former)).code).toBe('ENROLMENT_REFUSED');
  await people.enter(dora);
  const both = await Promise.all([1, 2].map(() => confirm(begun, totpCode(uri, people.kms.now(), -1))));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(await picture()).toBe(401);
  expect((await call(dora, 'GET', '/logins')).code).toBe('AUTHENTICATION_INVALID');
  expect((await people.logIn(dora)).code).toBe('LOGIN_REFUSED');
  dora.otpUri = uri;
  expect((await people.logIn(dora)).data).not.toHaveProperty('notices');
});

test('five wrong codes, or 15 minutes, drop a new authenticator, and the present one stays', async () => {
  const emil = await people.join('emil');
  const begin = () => call(emil, 'POST', '/authenticator', { password: PASSWORD, code: people.code(emil) });
  const confirm = (enrolment_ticket: unknown, code: string) =>
    people.kms.post('/authenticator/confirm', { user: 'emil', enrolment_ticket, code });
  const first = (await begin()).data;
  const uri = String(first['otp_uri']);
  for (let count = 0; count < 5; count += 1) {
    const wrong = wrongTotpCode(uri, people.kms.now());
    expect((await confirm(first['enrolment_ticket'], wrong)).code).toBe('ENROLMENT_REFUSED');
  }
  const right = totpCode(uri, people.kms.now());
  expect((await confirm(first['enrolment_ticket'], right)).code).toBe('ENROLMENT_REFUSED');
  const second = (await begin()).data;
  people.kms.advance(900);
  const late = totpCode(String(second['otp_uri']), people.kms.now());
  expect((await confirm(second['enrolment_ticket'], late)).code).toBe('ENROLMENT_REFUSED');
  expect((await people.enter(emil)).status).toBe(200);
});

test('an account is deleted with what hangs on its keys only where that loss is accepted', async () => {
  await people.enter(ann);
  const [finn, gil] = [await people.join('finn'), await people.join('gil')];
  const [lost, theirs] = [await people.sealed(finn), await people.sealed(gil)];
  await people.sealed(finn);
  await people.grant(finn, lost.name, gil);
  await people.grant(gil, theirs.name, finn);
  await call(finn, 'GET', '/get-public-key/finn');
  await call(finn, 'POST', '/store-key', { user: 'finn', enc_key: 'AAAA' });
  const remove = (more: object = {}) =>
    call(finn, 'DELETE', '/account', { password: PASSWORD, code: people.code(finn), ...more });

  // A release takes no code, and must not hide what is lost.
  const release = await call(finn, 'POST', '/keys/release', { resourceNames: [lost.name] });
  expect(release.data).toEqual({ released: 1 });
  const needed = await remove();
  expect(needed).toMatchObject({ status: 409, code: 'ACCOUNT_NEEDED' });
  expect(JSON.parse(needed.text).error.details).toMatchObject({ count: 2 });
  expect((await remove({ is_loss_accepted: true, password: 'wrong' })).code).toBe('LOGIN_REFUSED');
  const secrets = await withDatabase(async (database) => {
    const [kek] = await database
      .selectFrom('kek_versions')
      .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
      .select('secret')
      .where('owner_id', '=', finn.id)
      .execute();
    const user = await database
      .selectFrom('users')
      .select(['totp_secret', 'password_hash'])
      .where('id', '=', finn.id)
      .executeTakeFirstOrThrow();
    const resources = await database
      .selectFrom('resources')
      .select('secret')
      .where('name', '=', lost.name)
      .execute();
    return [kek?.secret, user.totp_secret, user.password_hash, resources[0]?.secret].map((one) =>
      Buffer.from(one ?? ''),
    );
  });
  const rests = async () => {
    const bytes = await people.kms.files();
    return secrets.map((secret) => bytes.includes(secret));
  };
  expect(await rests()).toEqual([true, true, true, true]);

  expect((await remove({ is_loss_accepted: true })).data).toEqual({});
  expect(await rests()).toEqual([false, false, false, false]);
  expect((await call(finn, 'GET', '/logins')).code).toBe('AUTHENTICATION_INVALID');
  expect((await people.logIn(finn)).code).toBe('LOGIN_REFUSED');
  expect(kaclsCode(await people.unwrap(gil, lost.name, lost.wrapped))).toBe('GRANT_MISSING');
  expect((await people.unwrap(gil, theirs.name, theirs.wrapped)).status).toBe(200);
  expect((await call(gil, 'GET', '/grants')).data).toEqual([]);
  expect((await people.kms.post('/register', { user: 'finn', password: PASSWORD })).code).toBe(
    'USER_NAME_TAKEN',
  );
  expect((await people.users(ann))['finn']).toMatchObject({ state: 'deleted', role: 'member', logins: 0 });
  const left = await withDatabase(async (database) => ({
    keks: await database
      .selectFrom('keks')
      .select('active_version')
      .where('owner_id', '=', finn.id)
      .execute(),
    escrow: await database
      .selectFrom('escrow_pairs')
      .select('user_id')
      .where('user_id', '=', finn.id)
      .execute(),
    resources: await database
      .selectFrom('resources')
      .select('name')
      .where('name', 'like', `%${finn.id}%`)
      .execute(),
    census: await database
      .selectFrom('census')
      .select('version')
      .where('resource_name', 'like', `%${finn.id}%`)
      .execute(),
  }));
  expect(left).toEqual({ keks: [{ active_version: 0 }], escrow: [], resources: [], census: [] });
  // Nothing of the upkeep stumbles over what is left.
  await people.kms.runUpkeep();
  expect(people.kms.log()).not.toContain('upkeep has to be tried again');
});

test('the upkeep forgets the resources of a deletion that was cut short', async () => {
  const hana = await people.join('hana');
  await people.sealed(hana);
  const count = () =>
    withDatabase(async (database) => {
      const rows = await database
        .selectFrom('resources')
        .select('name')
        .where('name', 'like', `%${hana.id}%`)
        .execute();
      return rows.length;
    });
  await people.kms.runUpkeep();
  expect(await count()).toBe(1);
  await withDatabase((database) =>
    database.updateTable('users').set({ state: 'deleted' }).where('id', '=', hana.id).execute(),
  );
  await people.kms.runUpkeep();
  expect(await count()).toBe(0);
});

test('the last administrator goes last, and leaves a KMS that waits for its first person', async () => {
  await people.enter(ann);
  const remove = (member: Member) =>
    call(member, 'DELETE', '/account', { password: PASSWORD, code: people.code(member) });
  expect((await remove(ann)).code).toBe('ADMINISTRATOR_LAST');
  await withDatabase((database) =>
    database.updateTable('users').set({ state: 'deleted' }).where('name', '!=', 'ann').execute(),
  );
  expect((await remove(ann)).status).toBe(200);
  const zoe = await people.join('zoe');
  expect((await people.users(zoe))['zoe']).toMatchObject({ role: 'administrator' });
});
