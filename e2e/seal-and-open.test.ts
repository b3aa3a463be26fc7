import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileOutcomes } from './support/json-lines.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const MIB = 1024 * 1024;

let workspace: Workspace;
let ann: Person;
beforeAll(async () => {
  workspace = await createWorkspace();
  const servers = await startServers(workspace);
  ann = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
});
afterAll(() => workspace.close());

async function folderWith(
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  const folder = await workspace.makeFolder(name);
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(folder, file), content);
  return folder;
}

const namesIn = async (folder: string) => (await readdir(folder)).sort();

/** Bytes that no two places share, so that pieces in the wrong order are seen. */
function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}

test('a sealed pair appears beside the file, which stays as it is, and opens to the same bytes', async () => {
  const folder = await folderWith('report', { 'report.txt': 'quarterly figures\n' });
  const source = path.join(folder, 'report.txt');
  await utimes(source, new Date('2020-02-02T02:02:02Z'), new Date('2020-02-02T02:02:02Z'));
  const before = await stat(source);

  const [sealed] = await ann.device.files(['encrypt', 'report.txt'], { cwd: folder });
  expect(sealed).toMatchObject({ file: 'report.txt', out: `${source}.enc`, bytes: 18 });
  expect(sealed?.ms).toBeGreaterThan(0);
  expect(await namesIn(folder)).toEqual(['report.txt', 'report.txt.enc', 'report.txt.key']);
  expect((await readFile(`${source}.enc`)).includes('quarterly')).toBe(false);

  const [opened] = await ann.device.files(['decrypt', 'report.txt.enc'], { cwd: folder });
  expect(opened).toMatchObject({
    file: 'report.txt.enc',
    out: path.join(folder, 'report (2).txt'),
    bytes: 18,
  });
  expect(await readFile(path.join(folder, 'report (2).txt'), 'utf8')).toBe('quarterly figures\n');
  expect(await readFile(source, 'utf8')).toBe('quarterly figures\n');
  const { mtimeMs, ino, mode, size } = await stat(source);
  expect({ mtimeMs, ino, mode, size }).toEqual({
    mtimeMs: before.mtimeMs,
    ino: before.ino,
    mode: before.mode,
    size: before.size,
  });
});

test('without --json people read a line for each file', async () => {
  const folder = await folderWith('lines', { 'a.txt': 'a' });
  const sealed = await ann.device.run(['encrypt', 'a.txt'], { cwd: folder });
  expect(sealed).toEqual({ exitCode: 0, stdout: `Sealed ${folder}/a.txt.enc (1 B)\n`, stderr: '' });
  const opened = await ann.device.run(['decrypt', 'a.txt.enc'], { cwd: folder });
  expect(opened).toEqual({ exitCode: 0, stdout: `Opened ${folder}/a (2).txt (1 B)\n`, stderr: '' });
});

test('files of every size and name are sealed by one command into --out, and opened by another', async () => {
  const files: Record<string, Buffer> = {
    'empty.txt': Buffer.alloc(0),
    'large.bin': patterned(40 * MIB + 7),
    'one segment.bin': patterned(MIB),
    'with spaces in its name.txt': Buffer.from('spaces'),
    '日本語.txt': Buffer.from('日本語'),
    '🦭.txt': Buffer.from('seal'),
    [`${'a'.repeat(196)}.txt`]: Buffer.from('two hundred'),
    'no ending': Buffer.from('plain'),
    '.hidden': Buffer.from('hidden'),
    '-dash.txt': Buffer.from('dash'),
  };
  const names = Object.keys(files);
  const source = await folderWith('many', files);
  const [sealedFolder, openedFolder] = [
    await workspace.makeFolder('many-sealed'),
    await workspace.makeFolder('many-opened'),
  ];

  const paths = names.map((name) => path.join(source, name));
  const sealed = await ann.device.files(['encrypt', '--out', sealedFolder, ...paths]);
  expect(sealed.map(({ file, out, bytes }) => ({ file, out, bytes })).sort(byFile)).toEqual(
    names
      .map((name, index) => ({
        file: paths[index] ?? '',
        out: path.join(sealedFolder, `${name}.enc`),
        bytes: files[name]?.length ?? -1,
      }))
      .sort(byFile),
  );
  expect(await namesIn(sealedFolder)).toEqual(names.flatMap((name) => [`${name}.enc`, `${name}.key`]).sort());
  expect(await namesIn(source)).toEqual([...names].sort());

  const pairs = names.map((name) => path.join(sealedFolder, `${name}.enc`));
  expect(await ann.device.files(['decrypt', '--out', openedFolder, ...pairs])).toHaveLength(names.length);
  expect(await namesIn(openedFolder)).toEqual([...names].sort());
  for (const [name, content] of Object.entries(files)) {
    expect((await readFile(path.join(openedFolder, name))).equals(content)).toBe(true);
  }
});

const byFile = (one: { file: string }, other: { file: string }) => (one.file < other.file ? -1 : 1);

test('names that are taken are numbered, both halves of a pair alike, and nothing is overwritten', async () => {
  const folder = await folderWith('numbers', { 'report.txt': 'first', 'report (2).txt.key': 'not ours' });
  const outs: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const [sealed] = await ann.device.files(['encrypt', 'report.txt'], { cwd: folder });
    outs.push(path.basename(sealed?.out ?? ''));
  }
  expect(outs).toEqual(['report.txt.enc', 'report (3).txt.enc', 'report (4).txt.enc']);
  expect(await readFile(path.join(folder, 'report (2).txt.key'), 'utf8')).toBe('not ours');
  expect(await namesIn(folder)).toEqual(
    [
      'report.txt',
      'report.txt.enc',
      'report.txt.key',
      'report (2).txt.key',
      'report (3).txt.enc',
      'report (3).txt.key',
      'report (4).txt.enc',
      'report (4).txt.key',
    ].sort(),
  );
  const opened = await ann.device.files(['decrypt', 'report.txt.enc', 'report (3).txt.enc'], { cwd: folder });
  expect(opened.map(({ out }) => path.basename(out)).sort()).toEqual(['report (2).txt', 'report (3).txt']);
  for (const { out } of opened) expect(await readFile(out, 'utf8')).toBe('first');
});

describe('what a script can tell', () => {
  test('one file that fails does not stop the others, and decides the exit code', async () => {
    const folder = await folderWith('partly', { 'good.txt': 'good', 'plain.enc': 'not sealed at all' });
    const sealed = await ann.device.run(['encrypt', 'gone.txt', 'good.txt', '/dev/null', '--json'], {
      cwd: folder,
    });
    expect(sealed.exitCode).toBe(6);
    const { finished, failed } = fileOutcomes(sealed.stdout);
    expect(finished.map(({ out }) => out)).toEqual([path.join(folder, 'good.txt.enc')]);
    expect(failed.map(({ file, error: { code } }) => [path.basename(file), code])).toEqual([
      ['gone.txt', 'FILE_NOT_FOUND'],
      ['null', 'FILE_NOT_A_FILE'],
    ]);
    expect(failed[0]?.error.message).toContain('There is no file');

    const opened = await ann.device.run(['decrypt', 'plain.enc', 'good.txt.enc', '--json'], { cwd: folder });
    expect(opened.exitCode).toBe(7);
    expect(fileOutcomes(opened.stdout)).toMatchObject({
      finished: [{ bytes: 4 }],
      failed: [{ error: { code: 'FILE_NOT_SEALED' } }],
    });
  });

  test('a damaged file opens to nothing', async () => {
    const folder = await folderWith('damaged', { 'a.txt': 'content' });
    await ann.device.files(['encrypt', 'a.txt'], { cwd: folder });
    const enc = path.join(folder, 'a.txt.enc');
    const bytes = await readFile(enc);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(enc, bytes);
    const refusal = await ann.device.refusal(['decrypt', 'a.txt.enc'], { cwd: folder });
    expect(refusal).toMatchObject({ code: 'FILE_DAMAGED', exitCode: 7 });
    expect(refusal.message).toContain('nothing was opened');
    expect(await namesIn(folder)).toEqual(['a.txt', 'a.txt.enc', 'a.txt.key']);
  });

  test('a folder that is not there, a command that is not known and a missing file name', async () => {
    const folder = await folderWith('usage', { 'a.txt': 'a' });
    const [away, unknown, none] = await Promise.all([
      ann.device.run(['encrypt', 'a.txt', '--out', 'nowhere', '--json'], { cwd: folder }),
      ann.device.run(['enclose', 'a.txt'], { cwd: folder }),
      ann.device.run(['encrypt'], { cwd: folder }),
    ]);
    expect(away).toMatchObject({ exitCode: 6, stdout: expect.stringContaining('OUTPUT_FOLDER_MISSING') });
    expect(unknown).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("unknown command 'enclose'"),
    });
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--help') });
    expect(await namesIn(folder)).toEqual(['a.txt']);
  });
});
