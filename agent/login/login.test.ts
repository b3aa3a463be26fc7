import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { errorSentence } from '../../shared/messages/en.ts';
import { PASSWORD, totpCode, wrongTotpCode } from '../../test/kms/start-test-kms.ts';
import { jsonReply } from '../../test/support/meddling-proxy.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../../test/support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());
afterEach(() => {
  world.proxies.kms.meddle = undefined;
});

const file = () => path.join(alice.home, 'login-test.json');
const stored = async () =>
  JSON.parse(await readFile(file(), 'utf8')) as { device: string; login: object | null };
const refreshes = () => world.proxies.kms.seen.filter(({ path: one }) => one === '/refresh').length;
/** Every code is good once: the next step's. */
async function logIn(): Promise<void> {
  world.advance(30);
  await alice.agent.login.login('alice', { password: PASSWORD, code: totpCode(alice.otpUri, world.now()) });
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isSealkeepError(error)) throw error ?? new Error('it was not refused');
  const shown =
    errorSentence(error.code, error.details) +
    JSON.stringify(error.details) +
    error.message +
    String(error.cause);
  expect(shown).not.toContain('…');
  expect(shown).not.toContain(PASSWORD);
  expect(shown).not.toMatch(/eyJ|[\w-]{43}/);
  return error.code;
}

test('the login lies in a file that only its person can read', async () => {
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

test('agents that share a data folder and ask at the same time refresh once', async () => {
  const second = await world.connect('alice');
  const before = refreshes();
  world.advance(570);
  const asked = await Promise.all(
    [alice.agent, second, alice.agent, second].map(({ login }) => login.tokens()),
  );
  expect(refreshes()).toBe(before + 1);
  expect(new Set(asked.map(({ access_token }) => access_token)).size).toBe(1);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

test('tokens that are good for another minute are given without asking anyone', async () => {
  const before = world.proxies.kms.seen.length;
  world.advance(500);
  await alice.agent.login.tokens();
  expect(world.proxies.kms.seen.length).toBe(before);
});

test('a refresh that does not reach the KMS, or gets nonsense, keeps the login', async () => {
  world.advance(600);
  for (const reply of [jsonReply({}, 500), jsonReply({ data: { access_token: 7 } })]) {
    world.proxies.kms.meddle = async () => reply;
    expect(await refusalOf(alice.agent.login.tokens())).toBe('SERVER_ANSWER_INVALID');
    expect((await stored()).login).not.toBeNull();
  }
  world.proxies.kms.meddle = undefined;
  await expect(alice.agent.login.tokens()).resolves.toBeDefined();
});

test('an answer to a refresh that is lost costs nobody the login', async () => {
  world.advance(600);
  world.proxies.kms.meddle = async (_, forward) => ({ ...(await forward()), cut: { after: 10 } });
  expect(await refusalOf(alice.agent.login.tokens())).toBe('SERVER_UNREACHABLE');
  world.proxies.kms.meddle = undefined;
  await expect(alice.agent.login.tokens()).resolves.toBeDefined();
});

test('a refused refresh forgets the login and keeps the device', async () => {
  const { device } = await stored();
  const { access_token } = await alice.agent.login.tokens();
  // Ended from another device.
  const [current] = (await alice.agent.jobs.kms.logins(access_token)).filter((one) => one.current);
  await fetch(`${world.kms.address}/logins/${current?.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${access_token}` },
  });
  world.advance(600);
  expect(await refusalOf(alice.agent.login.tokens())).toBe('REFRESH_REFUSED');
  expect(await stored()).toEqual({ device, login: null, last_user: 'alice' });
  expect(await refusalOf(alice.agent.login.tokens())).toBe('NOT_LOGGED_IN');
  await logIn();
});

test('a logout forgets the login and keeps the device, also where the KMS had ended it', async () => {
  const { device } = await stored();
  await alice.agent.login.logout();
  expect(await stored()).toEqual({ device, login: null, last_user: 'alice' });
  expect(await refusalOf(alice.agent.login.logout())).toBe('NOT_LOGGED_IN');
  await logIn();
  expect((await stored()).device).toBe(device);
});

test('a logout that does not reach the KMS says so, and the login stays', async () => {
  world.proxies.kms.meddle = async () => jsonReply({}, 500);
  expect(await refusalOf(alice.agent.login.logout())).toBe('SERVER_ANSWER_INVALID');
  expect(await alice.agent.login.who()).toBe('alice');
});

test('a wrong password, a wrong code and a code that comes again are refused, and leave the login that is there', async () => {
  const before = await stored();
  const code = wrongTotpCode(alice.otpUri, world.now());
  const used = totpCode(alice.otpUri, world.now());
  const { login } = alice.agent;
  expect(await refusalOf(login.login('alice', { password: PASSWORD, code }))).toBe('LOGIN_REFUSED');
  expect(await refusalOf(login.login('alice', { password: PASSWORD, code: used }))).toMatch(
    /^LOGIN_(REFUSED|THROTTLED)$/,
  );
  expect(await stored()).toEqual(before);
});

test('a login file that cannot be read says so and is left as it is', async () => {
  const content = await readFile(file(), 'utf8');
  await writeFile(file(), content.slice(0, -20));
  expect(await refusalOf(alice.agent.login.tokens())).toBe('DATA_FOLDER_UNUSABLE');
  expect(await readFile(file(), 'utf8')).toBe(content.slice(0, -20));
  await writeFile(file(), content);
});
