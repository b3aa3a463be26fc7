import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLines } from './support/json-lines.ts';
import { createDevice, type Person, register } from './support/person.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const MIB = 1024 * 1024;

let workspace: Workspace;
let ann: Person;
let environment: Record<string, string>;
beforeAll(async () => {
  workspace = await createWorkspace();
  const device = createDevice(workspace, 'ann');
  // Those that each command would start for itself.
  await startServers(workspace, { data: device.home });
  ann = await register(device, 'ann');
  environment = { XDG_DATA_HOME: workspace.path('xdg') };
});
afterAll(() => workspace.close());

async function folderWith(name: string, files: Readonly<Record<string, Uint8Array | string>>) {
  const folder = await workspace.makeFolder(name);
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(folder, file), content);
  return folder;
}

const namesIn = async (folder: string) => (await readdir(folder)).sort();

test('encrypt --trash says that a file is sealed, proved and moved; the trash has it, and the pair opens to it', async () => {
  const large = Buffer.alloc(3 * MIB, 'large');
  const folder = await folderWith('lines', { 'large.bin': large });
  const args = ['encrypt', '--trash', 'large.bin'];
  expect(await ann.device.run(args, { cwd: folder, environment })).toEqual({
    exitCode: 0,
    stdout: [
      `Sealed ${folder}/large.bin.enc (3.0 MiB)\n`,
      'Proved large.bin: 4 segments (3.0 MiB) read back, opened and compared\n',
      'Moved large.bin to the trash\n',
    ].join(''),
    stderr: '',
  });
  expect(await namesIn(folder)).toEqual(['large.bin.enc', 'large.bin.key']);
  const trashed = await readFile(workspace.path('xdg', 'Trash', 'files', 'large.bin'));
  expect(trashed.equals(large)).toBe(true);
  const info = await readFile(workspace.path('xdg', 'Trash', 'info', 'large.bin.trashinfo'), 'utf8');
  expect(info).toContain(`\nPath=${folder}/large.bin\n`);
  await ann.device.files(['decrypt', 'large.bin.enc'], { cwd: folder });
  expect((await readFile(path.join(folder, 'large.bin'))).equals(large)).toBe(true);
});

test('with --json a line tells that a file is proved and where it went; one that fails stays, and is in the exit code', async () => {
  const folder = await folderWith('json', { a: 'a', b: '' });
  const args = ['encrypt', '--trash', 'a', 'gone', 'b', 'b', '--json'];
  const { exitCode, stdout } = await ann.device.run(args, { cwd: folder, environment });
  expect(exitCode).toBe(6);
  const proved = z.object({ segments: z.number(), bytes: z.number(), ms: z.number() });
  const lines = jsonLines(stdout, z.looseObject({ file: z.string(), proved: proved.optional() }));
  expect(lines.filter((line) => line.proved)).toEqual(
    ['a', 'b'].map((file) => ({
      file,
      proved: { segments: 1, bytes: file === 'a' ? 1 : 0, ms: expect.any(Number) },
      trashed: workspace.path('xdg', 'Trash', 'files', file),
    })),
  );
  const errors = lines.filter((line) => 'error' in line);
  expect(errors).toMatchObject([{ file: 'gone', error: { code: 'FILE_NOT_FOUND' } }]);
  expect(await namesIn(folder)).not.toContain('a');
});

test('a link is said to be one before anything is sealed', async () => {
  const folder = await folderWith('links', { a: 'a' });
  await symlink('a', path.join(folder, 'link'));
  const args = ['encrypt', '--trash', 'a', 'link'];
  const { exitCode, stderr } = await ann.device.run(args, { cwd: folder, environment });
  expect([exitCode, stderr]).toEqual([
    2,
    'link is a link, and --trash moves files and folders only. Name what it leads to.\n',
  ]);
  expect(await namesIn(folder)).toEqual(['a', 'link']);
});

test('a folder goes as one, if all of it is in the sealed folder; if not it says what is missing', async () => {
  const folder = await folderWith('folders', {});
  for (const name of ['whole', 'odd']) {
    await mkdir(path.join(folder, name, 'empty'), { recursive: true });
    await writeFile(path.join(folder, name, 'a.txt'), 'a');
  }
  await symlink('..', path.join(folder, 'odd', 'out'));
  const args = ['encrypt', '--trash', 'whole', 'odd'];
  const { exitCode, stdout, stderr } = await ann.device.run(args, { cwd: folder, environment });
  expect(stdout).toBe(
    [
      `Sealed ${folder}/whole.sealed (1 B)\n`,
      `Sealed ${folder}/odd.sealed (1 B), but not all of it: 1 left out\n`,
      'Proved whole: 1 file (1 B) read back, opened and compared, with names, links, permissions and times\n',
      'Moved whole to the trash\n',
    ].join(''),
  );
  expect(stderr).toContain(`The sealed folder does not have ${folder}/odd/out as it is now`);
  expect(exitCode).not.toBe(0);
  expect(await namesIn(folder)).toEqual(['odd', 'odd.sealed', 'whole.sealed']);
  expect(await namesIn(workspace.path('xdg', 'Trash', 'files', 'whole'))).toEqual(['a.txt', 'empty']);
});

test('nothing is sealed into a folder that is to go to the trash', async () => {
  const folder = await folderWith('inside', { 'a.txt': 'a' });
  const args = ['encrypt', '--trash', '.', '--out', '.'];
  const { exitCode, stderr } = await ann.device.run(args, { cwd: folder, environment });
  expect(exitCode).toBe(6);
  expect(stderr).toContain('would go along');
  expect(await namesIn(folder)).toEqual(['a.txt']);
});

test('where there is no trash the original stays beside its pair, and the command fails', async () => {
  const folder = await folderWith('none', { 'a.txt': 'a' });
  const occupied = await folderWith('occupied', { Trash: 'a file' });
  const { exitCode, stdout, stderr } = await ann.device.run(['encrypt', '--trash', 'a.txt'], {
    cwd: folder,
    environment: { XDG_DATA_HOME: occupied },
  });
  expect(exitCode).toBe(6);
  expect(stdout).toContain('Proved a.txt: 1 segment (1 B)');
  expect(stderr).toMatch(/a\.txt.* stays where it is/);
  expect(await namesIn(folder)).toEqual(['a.txt', 'a.txt.enc', 'a.txt.key']);
});
