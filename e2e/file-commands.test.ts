import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHugeFile, waitForTemporary } from './support/mid-job.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { LAUNCHER } from './support/places.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let ann: Person;
beforeAll(async () => {
  workspace = await createWorkspace();
  const servers = await startServers(workspace);
  ann = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
});
afterAll(() => workspace.close());

describe('folders among the arguments', () => {
  test('are sealed beside themselves or into --out, files with them, and open again', async () => {
    const folder = await workspace.makeFolder('trees');
    const tree = path.join(folder, 'photos');
    await mkdir(path.join(tree, 'summer', 'empty'), { recursive: true });
    await writeFile(path.join(tree, 'summer', 'sea.jpg'), 'sea');
    await writeFile(path.join(tree, '.hidden'), 'hidden');
    await symlink('summer/sea.jpg', path.join(tree, 'best.jpg'));
    await writeFile(path.join(folder, 'note.txt'), 'note');

    const sealed = await ann.device.files(['encrypt', 'photos', 'note.txt'], { cwd: folder });
    expect(sealed.map(({ file, out, bytes }) => [file, path.basename(out), bytes])).toEqual([
      ['note.txt', 'note.txt.enc', 4],
      ['photos', 'photos.sealed', 9],
    ]);
    const out = await workspace.makeFolder('trees-opened');
    const opened = await ann.device.files(['decrypt', 'photos.sealed', 'note.txt.enc', '--out', out], {
      cwd: folder,
    });
    expect(opened.map(({ out }) => path.basename(out))).toEqual(['note.txt', 'photos']);
    expect((await readdir(path.join(out, 'photos'), { recursive: true })).sort()).toEqual(
      (await readdir(tree, { recursive: true })).sort(),
    );
    expect(await readFile(path.join(out, 'photos', 'best.jpg'), 'utf8')).toBe('sea');

    const elsewhere = await workspace.makeFolder('trees-elsewhere');
    const line = await ann.device.run(['encrypt', 'photos', '--out', elsewhere], { cwd: folder });
    expect(line.stdout).toBe(`Sealed ${path.join(elsewhere, 'photos.sealed')} (9 B)\n`);
  });
});

test('what is sealed already is left as it is, and what only has the name is sealed', async () => {
  const folder = await workspace.makeFolder('again');
  await writeFile(path.join(folder, 'a.txt'), 'a');
  await writeFile(path.join(folder, 'other.enc'), 'of another program');
  await writeFile(path.join(folder, 'other.key'), 'a secret of that program');
  await ann.device.files(['encrypt', 'a.txt'], { cwd: folder });
  const { exitCode, stdout, stderr } = await ann.device.run(
    ['encrypt', 'a.txt.enc', 'a.txt.key', 'other.key'],
    {
      cwd: folder,
    },
  );
  expect([exitCode, stderr]).toEqual([
    6,
    'a.txt.enc is sealed already, so it was left as it is. To seal it anew, open it first.\na.txt.key is the key file of a sealed file, so it was left as it is.\n',
  ]);
  expect(stdout).toContain('Sealed ');
  expect((await readdir(folder)).sort()).toEqual(
    ['a.txt', 'a.txt.enc', 'a.txt.key', 'other.enc', 'other.key', 'other.key.enc', 'other.key.key'].sort(),
  );
});

describe('--json', () => {
  test.each([
    [['frob', '--json'], "unknown command 'frob'"],
    [['encrypt', '--json'], "missing required argument 'files'"],
    [['encrypt', 'a', '--json', '--frob'], "unknown option '--frob'"],
    [['--json'], 'no command was given'],
  ])('%j: what is not understood is an error like any other', async (args, message) => {
    const { exitCode, stdout, stderr } = await ann.device.run(args);
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'USAGE', message } });
  });
});

describe('verify', () => {
  test('looks at every sealed file of a folder, and at a stream', async () => {
    const folder = await workspace.makeFolder('verified');
    const tree = path.join(folder, 'tree');
    await mkdir(path.join(tree, 'inner'), { recursive: true });
    for (const name of ['a', 'inner/b'])
      await writeFile(path.join(tree, name), Buffer.alloc(1_500_000, name));
    await ann.device.files(['encrypt', 'tree'], { cwd: folder });
    const sealed = path.join(folder, 'tree.sealed');
    const whole = await ann.device.run(['verify', 'tree.sealed'], { cwd: folder });
    expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
    const encs = (await readdir(sealed, { recursive: true })).filter((name) => name.endsWith('.enc'));
    expect(encs).toHaveLength(3);
    for (const enc of encs) expect(whole.stdout).toContain(`Verified ${path.join('tree.sealed', enc)} `);

    const inner = path.join(sealed, 'inner', 'b.enc');
    const bytes = await readFile(inner);
    const verifyStream = (file: string) =>
      workspace.spawn('sh', ['-c', `'${process.execPath}' '${LAUNCHER}' verify - < '${file}'`], {
        environment: { SEALKEEP_HOME: ann.device.home },
        input: [],
      }).ended;
    expect(await verifyStream(inner)).toMatchObject({
      exitCode: 0,
      stdout: 'Verified standard input (1.4 MiB)\n',
    });
    await writeFile(inner, bytes.with(1_200_000, (bytes[1_200_000] ?? 0) ^ 1));
    expect(await verifyStream(inner)).toMatchObject({
      exitCode: 7,
      stdout: '',
      stderr: expect.stringContaining('its first 1048520 bytes open'),
    });
    const damaged = await ann.device.run(['verify', 'tree.sealed'], { cwd: folder });
    expect(damaged).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('b.enc is damaged') });
    const none = await ann.device.run(['verify', 'tree'], { cwd: folder });
    expect(none).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('no sealed file') });
  });
});

describe('--jobs', () => {
  test('one thread or four: the same files', async () => {
    const folder = await workspace.makeFolder('jobs');
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await writeFile(path.join(folder, name), Buffer.alloc(3_000_000, name));
    for (const jobs of ['1', '4']) {
      const out = await workspace.makeFolder(`jobs-${jobs}`);
      await ann.device.files(['encrypt', ...names, '--out', out, '--jobs', jobs], { cwd: folder });
      await ann.device.files(['decrypt', ...names.map((name) => `${name}.enc`), '--jobs', jobs], {
        cwd: out,
      });
      for (const name of names)
        expect((await readFile(path.join(out, name))).equals(Buffer.alloc(3_000_000, name))).toBe(true);
      const verified = await ann.device.run(['verify', 'a.enc', '--jobs', jobs], { cwd: out });
      expect(verified.exitCode).toBe(0);
    }
    const refusal = await ann.device.refusal(['encrypt', 'a', '--jobs', 'many'], { cwd: folder });
    expect(refusal).toMatchObject({ code: 'USAGE', exitCode: 2 });
  });
});

describe('what a command ends with', () => {
  test('several kinds of failure at once are 8, and --json has each', async () => {
    const folder = await workspace.makeFolder('kinds');
    await writeFile(path.join(folder, 'plain.enc'), 'not sealed');
    const ends = await ann.device.run(['decrypt', 'gone.enc', 'plain.enc'], { cwd: folder });
    expect(ends.exitCode).toBe(8);
    expect(ends.stderr.trim().split('\n')).toHaveLength(2);
    expect(await ann.device.run(['decrypt', 'plain.enc'], { cwd: folder })).toMatchObject({ exitCode: 7 });
    expect(await ann.device.run(['decrypt', 'gone.enc'], { cwd: folder })).toMatchObject({ exitCode: 6 });
  });

  test('Ctrl-C in the middle of many files is 130, said once, and leaves nothing', async () => {
    const folder = await workspace.makeFolder('cancelled');
    const names = ['a', 'b', 'c'];
    for (const name of names) await makeHugeFile(path.join(folder, name));
    const running = ann.device.start(['encrypt', ...names], { cwd: folder });
    await waitForTemporary(folder);
    running.signalGroup('SIGINT');
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(130);
    expect(stderr.match(/Cancelled/g)).toHaveLength(1);
    expect((await readdir(folder)).sort()).toEqual(names);
  });

  test('a first Ctrl-C ends what waits for a server or for a line', async () => {
    const silent = createServer();
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => {
        const address = silent.address();
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const away = createDevice(workspace, 'away', [
      '--kms',
      `http://127.0.0.1:${port}`,
      '--cloud',
      `http://127.0.0.1:${port}`,
    ]);
    const listing = away.start(['list', '--json']);
    await connected;
    listing.signalGroup('SIGINT');
    const { exitCode, stdout } = await listing.ended;
    silent.close();
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'JOB_CANCELLED' } });
  });

  test('a .env that is a folder, a share with oneself and one that has ended are sentences', async () => {
    const folder = await workspace.makeFolder('sentences');
    await mkdir(path.join(folder, '.env'));
    const served = await workspace.run(['serve', '--data', path.join(folder, 'data')], { cwd: folder });
    expect(served).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^The setting \.env .*\n$/) });

    await writeFile(path.join(folder, 'mine.txt'), 'mine');
    await ann.device.files(['encrypt', 'mine.txt'], { cwd: folder });
    await ann.device.files(['upload', 'mine.txt.enc'], { cwd: folder });
    const oneself = await ann.device.run(['share', 'mine.txt', '--with', 'ann']);
    expect(oneself).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('somebody else') });
    const past = await ann.device.run([
      'share',
      'mine.txt',
      '--with',
      'ben',
      '--until',
      '2020-01-01T00:00:00Z',
    ]);
    expect(past).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has passed') });
  });
});

describe.skipIf(!existsSync(PSEUDO_TERMINAL))('at a terminal', () => {
  test('one file shows a bar with rate and time left, which is cleared at the end', async () => {
    const folder = await workspace.makeFolder('bars');
    await writeFile(path.join(folder, '日本語の報告書.bin'), Buffer.alloc(400 * 1024 * 1024));
    const running = startAtTerminal(
      workspace,
      [process.execPath, LAUNCHER, 'encrypt', path.join(folder, '日本語の報告書.bin')],
      { SEALKEEP_HOME: ann.device.home },
    );
    await running.says(/日本語.* \[[#-]+\] +\d+%/);
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    // Each begins the line anew; the last one was cleared before the result.
    const lines = stdout.trimEnd().split('\r\u001b[K');
    expect(lines.at(-1)).toMatch(/^Sealed /);
    const bars = lines.filter((line) => /\] +\d+%/.test(line));
    // A quick machine has time for one.
    expect(bars.length).toBeGreaterThan(0);
    for (const bar of bars) expect(bar.length).toBeLessThan(80);
  });
});
