import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../shared/version.ts';
import { LAUNCHER, REPOSITORY } from './support/places.ts';
import { freePorts, serverSettings } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const VECTORS = path.join(REPOSITORY, 'test', 'vectors', 'tink-stream.json');

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

/** A Node of the system that runs the launcher and is too old for Sealkeep itself. */
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((node) => {
  const major = existsSync(node) && spawnSync(node, ['-p', 'process.versions.node']).stdout.toString();
  return major && Number.parseInt(major, 10) >= 18 && Number.parseInt(major, 10) < 24;
});

/** The launcher and the build in another place, with or without what `npm ci` installs. */
async function copyOfCommand(name: string, withPackages: boolean): Promise<string> {
  const folder = await workspace.makeFolder(name);
  for (const part of ['bin', 'out', 'package.json']) {
    await cp(path.join(REPOSITORY, part), path.join(folder, part), {
      recursive: true,
      preserveTimestamps: true,
    });
  }
  if (withPackages) await symlink(path.join(REPOSITORY, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

const launcherOf = (folder: string) => path.join(folder, 'bin', 'sealkeep.mjs');

describe.runIf(oldNode !== undefined)(`under an older Node (needs one of 18 to 23; here ${oldNode})`, () => {
  test('the launcher hands over to the Node that came with the project', async () => {
    const running = workspace.spawn(oldNode ?? '', [LAUNCHER, 'vectors', VECTORS], {
      environment: { PATH: path.dirname(oldNode ?? '') },
      input: [],
    });
    expect(await running.ended).toEqual({ exitCode: 0, stdout: '355 passed, 0 failed\n', stderr: '' });
  });

  test('without that Node and a newer one on PATH it says in a sentence what to install', async () => {
    const folder = await copyOfCommand('no-packages', false);
    const running = workspace.spawn(oldNode ?? '', [launcherOf(folder), '--version'], {
      environment: { PATH: path.dirname(oldNode ?? '') },
      input: [],
    });
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Sealkeep needs Node 24 or newer; please install it.*\.\n$/);
  });

  test('without that Node it takes a newer one from PATH', async () => {
    const folder = await copyOfCommand('newer-on-path', false);
    const binaries = await workspace.makeFolder('newer-on-path/binaries');
    await symlink(process.execPath, path.join(binaries, 'node'));
    const running = workspace.spawn(oldNode ?? '', [launcherOf(folder), 'vectors', VECTORS], {
      environment: { PATH: binaries },
      input: [],
    });
    expect(await running.ended).toMatchObject({ exitCode: 0, stdout: '355 passed, 0 failed\n' });
  });
});

test.runIf(oldNode !== undefined && process.platform !== 'win32')(
  'secrets of the environment reach Sealkeep, and no other program that the launcher starts',
  async () => {
    const folder = await copyOfCommand('secrets', false);
    const binaries = await workspace.makeFolder('secrets/binaries');
    const seen = path.join(folder, 'seen');
    const script = `#!/bin/sh\necho "$1 $SEALKEEP_PASSWORD $SEALKEEP_TOTP" >> '${seen}'\necho v24.0.0\n`;
    await writeFile(path.join(binaries, 'node'), script, { mode: 0o755 });
    const environment = { PATH: binaries, SEALKEEP_PASSWORD: 'a password', SEALKEEP_TOTP: '123456' };
    const running = workspace.spawn(oldNode ?? '', [launcherOf(folder), 'status'], {
      environment,
      input: [],
    });
    expect((await running.ended).exitCode).toBe(0);
    expect(await readFile(seen, 'utf8')).toBe('--version  \n--enable-source-maps a password 123456\n');
  },
);

describe('however it is started', () => {
  test('through a symbolic link, from another folder, with its own first line', async () => {
    const link = workspace.path('sealkeep');
    await symlink(LAUNCHER, link);
    const elsewhere = await workspace.makeFolder('elsewhere');
    const running = workspace.spawn(link, ['--version'], { cwd: elsewhere, input: [] });
    expect(await running.ended).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('by npx, in the repository and from a folder inside it', async () => {
    for (const cwd of [REPOSITORY, path.join(REPOSITORY, 'docs')]) {
      const running = workspace.spawn('npx', ['--no', 'sealkeep', '--', '--version'], { cwd, input: [] });
      expect(await running.ended).toMatchObject({ exitCode: 0, stdout: `${VERSION}\n` });
    }
  });

  test('the first npx in a folder leaves the build alone that servers may be running from', async () => {
    // npm keeps what it knows of folders in its cache; an empty one makes it meet this folder for the first time.
    const cache = await workspace.makeFolder('npm-cache');
    const entry = path.join(REPOSITORY, 'out', 'node', 'sealkeep.js');
    const before = await stat(entry);
    const running = workspace.spawn('npx', ['--no', 'sealkeep', '--', '--version'], {
      cwd: REPOSITORY,
      environment: { npm_config_cache: cache, npm_config_offline: 'true' },
      input: [],
    });
    expect(await running.ended).toMatchObject({ exitCode: 0, stdout: `${VERSION}\n` });
    expect(await readdir(path.join(cache, '_npx'))).toHaveLength(1);
    const { ino, mtimeMs } = await stat(entry);
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test('arguments arrive as they were given', async () => {
    const file = workspace.path('it is $HOME "quoted" *.json');
    const { exitCode, stderr } = await workspace.run(['vectors', file]);
    expect([exitCode, stderr]).toEqual([6, `There is no file ${file}.\n`]);
  });
});

describe('the build', () => {
  test('that is older than its sources is said on stderr, and works all the same', async () => {
    const folder = await copyOfCommand('stale', true);
    await mkdir(path.join(folder, 'shared'));
    const source = path.join(folder, 'shared', 'version.ts');
    await writeFile(source, '');
    const old = new Date('2020-01-01T00:00:00Z');
    await utimes(source, old, old);
    const version = () =>
      workspace.spawn(process.execPath, [launcherOf(folder), '--version'], { input: [] }).ended;
    expect(await version()).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: '' });

    const future = new Date(Date.now() + 3600_000);
    await utimes(source, future, future);
    const stale = await version();
    expect(stale).toMatchObject({ exitCode: 0, stdout: `${VERSION}\n` });
    expect(stale.stderr).toContain('older than its sources');
    expect(stale.stderr).toContain('npm run build');

    // A test is no source of the build.
    await writeFile(path.join(folder, 'shared', 'version.test.ts'), '');
    await utimes(source, old, old);
    await utimes(path.join(folder, 'shared', 'version.test.ts'), future, future);
    expect((await version()).stderr).toBe('');
  });

  test('that is missing is said in a sentence', async () => {
    const folder = await workspace.makeFolder('unbuilt');
    await cp(path.join(REPOSITORY, 'bin'), path.join(folder, 'bin'), { recursive: true });
    const running = workspace.spawn(process.execPath, [launcherOf(folder), '--version'], { input: [] });
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Sealkeep is not built yet; run "npm ci".*\n$/);
  });
});

describe('what becomes of the command', () => {
  const startKms = async (name: string) => {
    const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
    const environment = { ...serverSettings(kmsPort, cloudPort), SEALKEEP_HOME: workspace.path(name) };
    const running = workspace.start(['kms'], { environment });
    await running.says(/Stop it with Ctrl-C/);
    return running;
  };

  test('its exit code is passed on', async () => {
    const ends = await Promise.all(
      [['status'], ['--help'], ['nonsense'], ['vectors', 'nowhere']].map((args) => workspace.run(args)),
    );
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 2, 6]);
  });

  test('a signal to the launcher alone reaches it', async () => {
    const running = await startKms('signalled');
    running.signal('SIGTERM');
    expect((await running.ended).exitCode).toBe(0);
  });

  test.runIf(process.platform === 'linux')('its end by a signal is passed on, as shells do it', async () => {
    const running = await startKms('killed');
    const children = await readFile(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8');
    process.kill(Number(children.trim()), 'SIGKILL');
    expect((await running.ended).exitCode).toBe(128 + 9);
  });
});
