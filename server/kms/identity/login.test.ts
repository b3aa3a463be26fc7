import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAtRest } from '../../../core/crypto/at-rest.ts';
import { sha256 } from '../../../core/crypto/hash.ts';
import { createPasswordHasher, type PasswordHasher } from '../../../core/crypto/password-hash.ts';
import { randomRecoveryCode } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { createGroupCommit } from '../../../core/durable/group-commit.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import type { LoginRequest } from '../../../shared/api/kms/identity.ts';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import {
  CHEAP,
  enrol,
  PASSWORD,
  startTestKms,
  testConfig,
  totpCode,
  wrongTotpCode,
} from '../../../test/kms/start-test-kms.ts';
import { createCallLimits } from '../../platform/http/call-limits.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import { openSigningKeys } from '../signing/signing-keys.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsSchema } from '../store/schema.ts';
import { createNobody, findAccount } from './accounts.ts';
import { beginResetAuthenticator } from './begin-reset-authenticator.ts';
import { confirm } from './confirm.ts';
import { checkCredentials } from './credentials.ts';
import type { IdentityParts } from './identity-parts.ts';
import { login } from './login.ts';
import { createLoginTokens } from './login-tokens.ts';
import { register } from './register.ts';

const CALL = { requestId: 'request', address: '127.0.0.1' };
const now = () => new Date('2026-11-22T10:00:10Z');

let folder: string;
/** What the operations did, in order: the kind of every statement, and every look at a password. */
let trace: string[] = [];
let parts: IdentityParts;
let close: () => Promise<void>;

const tracing: KyselyPlugin = {
  transformQuery({ node }) {
    trace.push(node.kind);
    return node;
  },
  transformResult: async ({ result }) => result,
};

function observing(hasher: PasswordHasher): PasswordHasher {
  return {
    hash(password) {
      trace.push('hash');
      return hasher.hash(password);
    },
    verify(password, stored) {
      trace.push('verify');
      return hasher.verify(password, stored);
    },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-kms-'));
  const database = openSqlite<KmsSchema>(path.join(folder, 'kms.sqlite'));
  await migrate(database, KMS_MIGRATIONS);
  const base = {
    config: testConfig(folder),
    database,
    commits: createGroupCommit(database),
    atRest: createAtRest(Secret.random(32)),
    now,
    logger: pino({ level: 'silent' }),
  };
  const keys = await openSigningKeys(base);
  const observed = database.withPlugin(tracing);
  parts = {
    ...base,
    database: observed,
    audit: createAuditLog(observed, now),
    limits: createCallLimits(0),
    hasher: observing(createPasswordHasher(CHEAP)),
    tokens: createLoginTokens(base, keys),
    nobody: createNobody(base.atRest),
  };
  close = async () => {
    await keys.close();
    await database.destroy();
    await rm(folder, { recursive: true });
  };
});
afterAll(() => close());

async function traced<T>(work: () => Promise<T>): Promise<{ trace: string[]; code: string }> {
  trace = [];
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  return { trace, code: isSealkeepError(error) ? error.code : 'allowed' };
}
const traceOf = (body: LoginRequest) => traced(() => login(parts, body, CALL));

test('a wrong name, password or code makes the same calls in the same order', async () => {
  const registered = await register(parts, { user: 'anna', password: PASSWORD }, CALL, true);
  await register(parts, { user: 'enrolling', password: PASSWORD }, CALL, true);
  const right = totpCode(registered.otp_uri, now());
  const confirmed = await confirm(
    parts,
    {
      user: 'anna',
      enrolment_ticket: registered.enrolment_ticket,
      code: totpCode(registered.otp_uri, now(), -1),
    },
    CALL,
  );
  const wrong = wrongTotpCode(registered.otp_uri, now());
  const [recovery] = confirmed.recovery_codes;

  const withCode = [
    { user: 'nobody', password: PASSWORD, code: right },
    { user: 'enrolling', password: PASSWORD, code: right },
    { user: 'anna', password: 'not the password', code: right },
    { user: 'anna', password: PASSWORD, code: wrong },
    { user: 'anna', password: 'not the password', code: wrong },
  ];
  const withRecovery = [
    { user: 'nobody', password: PASSWORD, recovery_code: recovery },
    { user: 'anna', password: 'not the password', recovery_code: recovery },
    { user: 'anna', password: PASSWORD, recovery_code: 'aaaa-aaaa-aaaa-aaaa' },
  ];
  for (const bodies of [withCode, withRecovery]) {
    const seen = [];
    for (const body of bodies) seen.push(await traceOf(body));
    expect(seen[0]).toMatchObject({ code: 'LOGIN_REFUSED' });
    expect(seen[0]?.trace.filter((step) => step === 'verify')).toHaveLength(1);
    expect(seen[0]?.trace.length).toBeGreaterThan(5);
    for (const one of seen) expect(one).toEqual(seen[0]);
  }
  // The code that was offered with a wrong password above is still good: only a right password uses it up.
  expect((await traceOf({ user: 'anna', password: PASSWORD, code: right })).code).toBe('allowed');
});

test('a wrong name, password or code of a reset makes the same calls in the same order, too', async () => {
  const user = 'cleo';
  const { otp_uri, enrolment_ticket } = await register(parts, { user, password: PASSWORD }, CALL, true);
  await confirm(parts, { user, enrolment_ticket, code: totpCode(otp_uri, now()) }, CALL);
  const { id } = await findAccount(parts, 'name', user);
  const reset_code = randomRecoveryCode();
  const reset = { user_id: id, hash: sha256(reset_code), until: now().getTime() + 1000 };
  await parts.database.insertInto('authenticator_resets').values(reset).execute();
  const right = { user, password: PASSWORD, reset_code };
  const seen = [];
  for (const body of [
    { ...right, user: 'nobody' },
    { ...right, password: 'not the password' },
    { ...right, reset_code: 'aaaa-aaaa-aaaa-aaaa' },
  ])
    seen.push(await traced(() => beginResetAuthenticator(parts, body, CALL)));
  expect(seen[0]).toMatchObject({ code: 'LOGIN_REFUSED' });
  expect(seen[0]?.trace.filter((step) => step === 'verify')).toHaveLength(1);
  for (const one of seen) expect(one).toEqual(seen[0]);
  expect((await traced(() => beginResetAuthenticator(parts, right, CALL))).code).toBe('allowed');
});

test('a name of KMS_PRIVILEGED is refused after the work of a password, as one that is taken', async () => {
  const config = { ...parts.config, privileged: ['takeout'] };
  const body = { user: 'takeout', password: PASSWORD };
  const { trace, code } = await traced(() => register({ ...parts, config }, body, CALL, true));
  expect(code).toBe('USER_NAME_TAKEN');
  expect(trace).toContain('hash');
});

test('the answers are the same bytes, but for the request', async () => {
  const kms = await startTestKms();
  const person = await enrol(kms, 'anna');
  const code = totpCode(person.otpUri, kms.now());
  const wrong = wrongTotpCode(person.otpUri, kms.now());
  const bodies = [
    { user: 'nobody', password: PASSWORD, code },
    { user: 'anna', password: 'not the password', code },
    { user: 'anna', password: PASSWORD, code: wrong },
    { user: 'anna', password: PASSWORD, recovery_code: 'aaaa-aaaa-aaaa-aaaa' },
  ];
  const answers = [];
  for (const body of bodies) answers.push(await kms.post('/login', body));
  const texts = answers.map(({ status, text }) => `${status} ${text.replace(/"request":"[^"]+"/, '')}`);
  expect(new Set(texts).size).toBe(1);
  await kms.close();
});

test('a password that is changed while it is being checked no longer counts', async () => {
  const user = 'ben';
  const { otp_uri, enrolment_ticket } = await register(parts, { user, password: PASSWORD }, CALL, true);
  const code = totpCode(otp_uri, now(), -1);
  const { recovery_codes } = await confirm(parts, { user, enrolment_ticket, code }, CALL);
  const account = await findAccount(parts, 'name', user);
  for (const offered of [{ code: totpCode(otp_uri, now()) }, { recovery_code: recovery_codes[0] }]) {
    const check = () => checkCredentials(parts, account, { password: PASSWORD, ...offered });
    const useUp = await check();
    const setHash = (hash: string) =>
      parts.database.updateTable('users').set({ password_hash: hash }).where('id', '=', account.id).execute();
    await setHash('another');
    expect(await parts.database.transaction().execute(useUp)).toBe(false);
    await setHash(account.passwordHash ?? '');
    expect(await parts.database.transaction().execute(await check())).toBe(true);
  }
});
