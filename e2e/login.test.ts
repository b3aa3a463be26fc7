import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postJson } from './support/http.ts';
import {
  createDevice,
  type Device,
  login,
  PASSWORD,
  type Person,
  register,
  serverOptions,
} from './support/person.ts';
import { type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let servers: Servers;
let options: string[];
beforeAll(async () => {
  workspace = await createWorkspace();
  servers = await startServers(workspace);
  options = serverOptions(servers);
});
afterAll(() => workspace.close());

const enrol = (name: string) => register(createDevice(workspace, name), name, options);
/** A data folder that never logged in anywhere. */
let strangers = 0;
function stranger(): Device {
  strangers += 1;
  return createDevice(workspace, `stranger-${strangers}`, options);
}

test('logged out nothing works; with password and a new code one is in again', async () => {
  const { device, authenticator } = await enrol('ann');
  expect(await device.run(['logout'])).toMatchObject({ exitCode: 0, stdout: 'You are logged out.\n' });
  expect(await device.refusal(['list'])).toMatchObject({ code: 'NOT_LOGGED_IN', exitCode: 3 });
  expect(await device.refusal(['logout'])).toMatchObject({ code: 'NOT_LOGGED_IN', exitCode: 3 });

  const byEnvironment = await login(device, 'Ann', await authenticator.code());
  expect(byEnvironment).toEqual({ exitCode: 0, stdout: 'You are logged in as ann.\n', stderr: '' });
  expect(await device.run(['list'])).toMatchObject({ exitCode: 0 });

  const byLines = await device.run(['login', 'ann', '--json'], {
    input: [PASSWORD, await authenticator.code()],
  });
  expect(byLines).toEqual({ exitCode: 0, stdout: '{"user":"ann"}\n', stderr: '' });
});

test('what a logout ended at the KMS stays ended, also with tokens that were kept', async () => {
  const { device } = await enrol('otto');
  const { access_token } = await device.tokens();
  const grants = () =>
    fetch(`${servers.kms}/grants`, { headers: { authorization: `Bearer ${access_token}` } });
  expect((await grants()).status).toBe(200);
  await device.run(['logout']);
  expect((await grants()).status).toBe(401);
});

test('a changed password is the one that counts, and ends the other logins', async () => {
  const { device, authenticator } = await enrol('pia');
  const other = stranger();
  expect(await login(other, 'pia', await authenticator.code())).toMatchObject({ exitCode: 0 });
  const next = 'another correct horse';
  const secrets = { SEALKEEP_PASSWORD: PASSWORD, SEALKEEP_TOTP: await authenticator.code() };
  expect(await device.run(['account', 'password'], { environment: secrets, input: [next] })).toEqual({
    exitCode: 0,
    stdout: 'The new password is the one that counts. All your other logins have ended.\n',
    stderr: '',
  });
  expect(await device.run(['account'])).toMatchObject({ exitCode: 0 });
  expect(await other.refusal(['account'])).toMatchObject({ exitCode: 3 });
});

test('wrong name, wrong password and wrong code get one answer', async () => {
  const { authenticator } = await enrol('ben');
  const attempt = (name: string, password: string, code: string, ...more: string[]) =>
    stranger().run(['login', name, ...more], {
      environment: { SEALKEEP_PASSWORD: password, SEALKEEP_TOTP: code },
    });
  const wrong = authenticator.wrongCode();
  const [expected, ...others] = await Promise.all([
    attempt('nobody', PASSWORD, wrong),
    attempt('ben', 'not the password', await authenticator.code()),
    attempt('ben', PASSWORD, wrong),
  ]);
  expect(expected).toMatchObject({ exitCode: 3, stdout: '' });
  expect(expected?.stderr).toContain('Name, password or code is not right');
  for (const other of others) expect(other).toEqual(expected);

  const [forScripts, ...othersForScripts] = await Promise.all([
    attempt('nobody', PASSWORD, wrong, '--json'),
    attempt('ben', 'not the password', wrong, '--json'),
    attempt('ben', PASSWORD, wrong, '--json'),
  ]);
  expect(forScripts?.stdout).toContain('"code":"LOGIN_REFUSED"');
  for (const other of othersForScripts) expect(other).toEqual(forScripts);
});

describe('a code counts once', () => {
  let cleo: Person;
  beforeAll(async () => {
    cleo = await enrol('cleo');
  });

  test('when it is offered again', async () => {
    const code = await cleo.authenticator.code();
    expect(await login(stranger(), 'cleo', code)).toMatchObject({ exitCode: 0 });
    const again = await login(stranger(), 'cleo', code);
    expect(again).toMatchObject({ exitCode: 3, stdout: '' });
    expect(again.stderr).toContain('or the code was used before');
  });

  test('when two offer it at the same moment', async () => {
    const code = await cleo.authenticator.code();
    const ends = await Promise.all([stranger(), stranger()].map((device) => login(device, 'cleo', code)));
    expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 3]);
  });

  test('and so does a recovery code, which needs the password too', async () => {
    const code = cleo.recoveryCodes.shift() ?? '';
    const recover = (password: string) =>
      stranger().run(['login', 'cleo', '--recovery'], {
        environment: { SEALKEEP_PASSWORD: password },
        input: [code],
      });
    expect(await recover('not the password')).toMatchObject({ exitCode: 3 });
    expect(await recover(PASSWORD)).toMatchObject({ exitCode: 0, stdout: 'You are logged in as cleo.\n' });
    expect(await recover(PASSWORD)).toMatchObject({ exitCode: 3 });
  });
});

test('failures slow the door down for strangers, and not for a device that has logged in before', async () => {
  const { device, authenticator } = await enrol('dora');
  const refusal = z.object({
    error: z.object({ code: z.string(), details: z.object({ retry_after: z.number().default(0) }) }),
  });
  const fail = async () => {
    const body = { user: 'dora', password: 'not the password', code: '000000' };
    return refusal.parse(JSON.parse((await postJson(`${servers.kms}/login`, body)).text)).error;
  };
  // Until the pause is long enough for commands to start in it; before that one waits as long as the KMS says.
  let pause = 0;
  while (pause < 8) {
    const { code, details } = await fail();
    expect(['LOGIN_REFUSED', 'LOGIN_THROTTLED']).toContain(code);
    pause = details.retry_after;
    if (pause < 8) await delay(pause * 1000);
  }
  const [refused, known] = await Promise.all([
    stranger().refusal(['login', 'dora'], {
      environment: { SEALKEEP_PASSWORD: PASSWORD, SEALKEEP_TOTP: authenticator.wrongCode() },
    }),
    login(device, 'dora', await authenticator.code()),
  ]);
  expect(refused).toMatchObject({ code: 'LOGIN_THROTTLED', exitCode: 3 });
  expect(refused.message).toMatch(/Too many failed attempts; please wait \d+ seconds/);
  expect(known).toMatchObject({ exitCode: 0 });
});
