import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevice, login, type Person, register, serverOptions } from './support/person.ts';
import { LAUNCHER } from './support/places.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { freePorts, serverSettings } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const FIRST = 'the first good passphrase';
const SECOND = 'the second good passphrase';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

async function installation(name: string) {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const environment: Record<string, string> = {
    ...serverSettings(kmsPort, cloudPort),
    SEALKEEP_HOME: workspace.path(name),
  };
  const at = (...names: string[]) => workspace.path(name, ...names);
  const options = serverOptions({
    kms: `http://127.0.0.1:${kmsPort}`,
    cloud: `http://127.0.0.1:${cloudPort}`,
  });
  return { environment, at, options };
}

async function served(
  environment: Record<string, string>,
  input: readonly string[],
  work?: () => Promise<void>,
): Promise<void> {
  const running = workspace.start(['serve'], { environment, input });
  await running.says(/Stop them with Ctrl-C/);
  await work?.();
  running.signal('SIGINT');
  expect((await running.ended).exitCode).toBe(0);
}

describe('keygen', () => {
  test('makes a root key for its owner alone, says how it is protected, and makes none again', async () => {
    const { environment, at } = await installation('fresh');
    const made = await workspace.run(['keygen'], { environment });
    expect(made.exitCode).toBe(0);
    const file = at('kms', 'keys', 'root.key');
    expect(made.stdout).toContain(file);
    expect(made.stdout).toContain('whoever can read the file has it');
    const key = await readFile(file, 'utf8');
    expect(made.stdout + made.stderr).not.toContain(key.trim());
    if (process.platform !== 'win32') {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    }
    const again = await workspace.run(['keygen', '--json'], { environment });
    expect(again.exitCode).toBe(6);
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'ROOT_KEY_TAKEN' } });
    expect(await readFile(file, 'utf8')).toBe(key);
    await served(environment, []);
    expect(await readFile(file, 'utf8')).toBe(key);
  });

  test('with a passphrase of a setting, or of a line; too short a one makes nothing', async () => {
    const { environment, at } = await installation('wrapped');
    const wrapped = { ...environment, KMS_ROOT_KEY: `passphrase:${at('root.key')}` };
    const short = await workspace.run(['keygen'], { environment: wrapped, input: ['too short'] });
    expect([short.exitCode, short.stderr]).toEqual([2, 'A passphrase has at least 16 characters.\n']);
    expect(existsSync(at('root.key'))).toBe(false);
    const given = { ...wrapped, KMS_ROOT_PASSPHRASE: FIRST };
    const made = await workspace.run(['keygen', '--json'], { environment: given });
    expect(JSON.parse(made.stdout)).toEqual({
      root_key: `passphrase:${at('root.key')}`,
      protected_by: 'passphrase',
    });
    await served(wrapped, [FIRST]);
    const before = await readFile(at('root.key'), 'utf8');
    const refused = await workspace.run(['serve'], { environment: wrapped, input: [SECOND] });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('That is not the passphrase of the root key');
    const silent = await workspace.run(['serve'], { environment: wrapped });
    expect(silent.exitCode).toBe(2);
    expect(await readFile(at('root.key'), 'utf8')).toBe(before);
  });

  test('a keychain as setting is refused with a sentence', async () => {
    const { environment } = await installation('keychain');
    const refused = await workspace.run(['keygen'], {
      environment: { ...environment, KMS_ROOT_KEY: 'keychain:' },
    });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('only the desktop app has a keychain');
  });

  test.runIf(existsSync(PSEUDO_TERMINAL))(
    `asks twice at a terminal (needs ${PSEUDO_TERMINAL}), unseen`,
    async () => {
      const { environment, at } = await installation('typed');
      const wrapped = { ...environment, KMS_ROOT_KEY: `passphrase:${at('root.key')}` };
      for (const [second, exitCode] of [
        [SECOND, 2],
        [FIRST, 0],
      ] as const) {
        const running = startAtTerminal(workspace, [process.execPath, LAUNCHER, 'keygen'], wrapped);
        await running.says(/New passphrase for the root key/);
        running.press(`${FIRST}\r`);
        await running.says(/The same again/);
        running.press(`${second}\r`);
        expect((await running.ended).exitCode).toBe(exitCode);
        expect(running.output()).not.toContain(FIRST);
        expect(existsSync(at('root.key'))).toBe(exitCode === 0);
      }
      await served(wrapped, [FIRST]);
    },
  );
});

test('change-root-key puts KMS and cloud under others, says which line to set, and a person goes on as before', async () => {
  const { environment, at, options } = await installation('changed');
  const device = createDevice(workspace, 'changed-person');
  let person: Person | undefined;
  await served(environment, [], async () => {
    person = await register(device, 'ann', options);
  });
  const to = { kms: `passphrase:${at('kms-next.key')}`, cloud: `file:${at('cloud-next.key')}` };
  const kms = await workspace.run(['change-root-key', 'kms', '--to', to.kms], {
    environment,
    input: [FIRST],
  });
  expect(kms.exitCode).toBe(0);
  expect(kms.stdout).toContain(`  KMS_ROOT_KEY=${to.kms}\n`);
  expect(kms.stdout).toContain(at('kms', 'keys', 'root.key'));
  const cloud = await workspace.run(['change-root-key', 'cloud', '--to', to.cloud, '--json'], {
    environment,
  });
  expect(JSON.parse(cloud.stdout)).toEqual({
    server: 'cloud',
    setting: `CLOUD_ROOT_KEY=${to.cloud}`,
    former: `file:${at('cloud', 'keys', 'root.key')}`,
    rewrapped: 1,
    resting: 1,
  });

  const early = await workspace.run(['serve'], { environment });
  expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining('KMS_ROOT_KEY')]);
  const changed = { ...environment, KMS_ROOT_KEY: to.kms, CLOUD_ROOT_KEY: to.cloud };
  await served(changed, [FIRST], async () => {
    const running = await workspace.run(['change-root-key', 'kms', '--to', `file:${at('third.key')}`], {
      environment: changed,
      input: [FIRST],
    });
    expect(running.exitCode).toBe(6);
    if (!person) throw new Error('nobody registered');
    const code = await person.authenticator.code();
    expect((await login(device, person.name, code, options)).exitCode).toBe(0);
  });

  const another = `passphrase:${at('kms-third.key')}`;
  const again = await workspace.run(['change-root-key', 'kms', '--to', another], {
    environment: changed,
    input: [FIRST, SECOND],
  });
  expect(again.exitCode).toBe(0);
  await served({ ...changed, KMS_ROOT_KEY: another }, [SECOND]);
});

test.each([
  ['no server', ['change-root-key', 'both', '--to', 'file:/x'], 'it is kms or cloud'],
  ['no place', ['change-root-key', 'kms', '--to', '/x'], 'file:PATH or passphrase:PATH'],
  ['the keychain', ['change-root-key', 'kms', '--to', 'keychain:'], 'only the desktop app'],
  ['nothing to change', ['change-root-key', 'kms', '--to', 'file:/x'], 'nothing rests under a root key yet'],
])('%s: a sentence and exit code 2', async (_, args, sentence) => {
  const { environment } = await installation('refused');
  const refused = await workspace.run(args, { environment });
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining(sentence)]);
});
