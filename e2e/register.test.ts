import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from './support/authenticator.ts';
import { createDevice, type Device, login, PASSWORD, register, serverOptions } from './support/person.ts';
import { LAUNCHER } from './support/places.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const OTP_URI = /otpauth:\/\/totp\/\S+/;

let workspace: Workspace;
let options: string[];
beforeAll(async () => {
  workspace = await createWorkspace();
  options = serverOptions(await startServers(workspace));
});
afterAll(() => workspace.close());

async function userOf(device: Device): Promise<unknown> {
  const { exitCode, stdout } = await device.run(['status', '--json']);
  expect(exitCode).toBe(0);
  return (JSON.parse(stdout) as { user: unknown }).user;
}

test('register --json prints the URI, takes the code as a line, prints recovery codes, and is logged in', async () => {
  const device = createDevice(workspace, 'ann');
  const running = device.start(['register', 'ann', '--json', ...options], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
  });
  const [first] = await running.says(/^.*\n/);
  expect(Object.keys(JSON.parse(first) as object)).toEqual(['otp_uri']);
  const { otp_uri: uri } = JSON.parse(first) as { otp_uri: string };
  expect(uri).toMatch(OTP_URI);
  expect(running.output()).toBe(first);

  running.type(await createAuthenticator(uri).code());
  // Nothing closes standard input: the command has all that it asks for.
  const { exitCode, stdout, stderr } = await running.ended;
  expect([exitCode, stderr]).toEqual([0, '']);
  const [, second = '', ...rest] = stdout.split('\n');
  expect(rest).toEqual(['']);
  expect(Object.keys(JSON.parse(second) as object)).toEqual(['recovery_codes']);
  const { recovery_codes: codes } = JSON.parse(second) as { recovery_codes: string[] };
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code.replace(/[^A-Za-z0-9_-]/g, '').length).toBeGreaterThanOrEqual(14);
  expect(stdout).not.toContain(PASSWORD);
  expect(await userOf(device)).toBe('ann');
});

test('without a terminal, password and code come as lines, and no picture is drawn', async () => {
  const device = createDevice(workspace, 'ben');
  const running = device.start(['register', 'Ben', ...options]);
  running.type(PASSWORD);
  const [uri] = await running.says(OTP_URI);
  running.type(await createAuthenticator(uri).code());
  const { exitCode, stdout, stderr } = await running.ended;
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Welcome, ben. You are logged in.');
  expect(stdout).not.toMatch(/[\u2580-\u259f]/);
  expect(stdout).not.toContain('\u001b');
  expect(await userOf(device)).toBe('ben');
});

test.runIf(existsSync(PSEUDO_TERMINAL))(
  `at a terminal (needs ${PSEUDO_TERMINAL}) the URI has its picture, and a wrong code can be corrected`,
  async () => {
    const device = createDevice(workspace, 'cleo');
    const command = [process.execPath, LAUNCHER, 'register', 'cleo', ...options];
    const running = startAtTerminal(workspace, command, { SEALKEEP_HOME: device.home });
    await running.says(/New password/);
    running.press(`${PASSWORD}\r`);
    await running.says(/The same again/);
    running.press(`${PASSWORD}\r`);
    const [uri] = await running.says(OTP_URI);
    const authenticator = createAuthenticator(uri);
    // The lower half of a QR picture's last row.
    await running.says(/[\u2580\u2584\u2588]{5}/);
    await running.says(/Six-digit code from the authenticator/);
    running.press(`${authenticator.wrongCode()}\r`);
    await running.says(/That code is not right[\s\S]*Six-digit code from the authenticator/);
    running.press(`${await authenticator.code()}\r`);
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Welcome, cleo. You are logged in.');
    expect(stdout).toContain('Keep these recovery codes somewhere safe');
    expect(stdout).not.toContain(PASSWORD);
    expect(await userOf(device)).toBe('cleo');
  },
);

test('a wrong first code is refused and leaves nobody logged in', async () => {
  const device = createDevice(workspace, 'dora');
  const running = device.start(['register', 'dora', '--json', ...options], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
  });
  const [uri = ''] = await running.says(/otpauth:[^"]+/);
  running.type(createAuthenticator(uri).wrongCode());
  const { exitCode, stdout } = await running.ended;
  expect(exitCode).toBe(3);
  expect(stdout).toContain('"code":"ENROLMENT_REFUSED"');
  expect(stdout).not.toContain('recovery_codes');
  expect(await userOf(device)).toBe(null);
});

test('registration tells that a name is taken, however it is written', async () => {
  await register(createDevice(workspace, 'finn'), 'finn', options);
  const refusals = await Promise.all(
    ['finn', 'FINN', 'ｆｉｎｎ'].map((name, index) =>
      createDevice(workspace, `second-${index}`).refusal(['register', name, ...options], {
        environment: { SEALKEEP_PASSWORD: PASSWORD },
      }),
    ),
  );
  for (const { code, exitCode, message } of refusals) {
    expect([code, exitCode]).toEqual(['USER_NAME_TAKEN', 3]);
    expect(message).toContain('The name finn is taken');
  }
});

test('a name or password that will not do is said before anything is asked of the KMS', async () => {
  const device = createDevice(workspace, 'gina', options);
  const [name, password, nothing] = await Promise.all([
    device.run(['register', 'two words'], { environment: { SEALKEEP_PASSWORD: PASSWORD } }),
    device.run(['register', 'gina'], { environment: { SEALKEEP_PASSWORD: 'short' } }),
    device.run(['register', 'gina']),
  ]);
  expect(name).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('cannot be a name'),
  });
  expect(password).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('will not do') });
  expect(nothing).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('input ended') });
});

test('no command takes a secret as an argument, and the help says where secrets come from', async () => {
  const commands = [
    '',
    'register',
    'login',
    'logout',
    'status',
    'encrypt',
    'decrypt',
    'upload',
    'share',
    'serve',
  ];
  const helps = await Promise.all(
    commands.map((command) => workspace.run([...(command ? [command] : []), '--help'])),
  );
  for (const { exitCode, stdout } of helps) {
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: sealkeep');
    expect(stdout).not.toMatch(/--(password|totp|code|secret|token|key)\b/);
    expect(stdout).not.toMatch(/<(password|totp|code|secret|token|key)>/);
  }
  const [overview] = helps;
  expect(overview?.stdout).toContain('SEALKEEP_PASSWORD');
  expect(overview?.stdout).toContain('never from arguments');
  expect(overview?.stdout).toContain('Exit codes');
  const tried = await login(createDevice(workspace, 'arguments', options), 'ann', '000000', [
    '--password',
    'x',
  ]);
  expect(tried).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('unknown option') });
});
