import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock } from '../../core/durable/lock.ts';
import {
  createTemporaries,
  isTemporaryName,
  removeDeadTemporaries,
  temporariesWithin,
} from './temporaries.ts';

let root: string;
const at = (...steps: string[]) => path.join(root, ...steps);
const NOW = new Date('2026-11-22T10:00:00Z');
const now = () => NOW;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-temporaries-'));
  for (const folder of ['data', 'one', 'two']) await mkdir(at(folder));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A process that makes a temporary file in each folder and is killed. */
function dieIn(...folders: string[]): void {
  const module = new URL('./temporaries.ts', import.meta.url).href;
  const script = `
    const { writeFileSync } = await import('node:fs');
    const { createTemporaries } = await import(${JSON.stringify(module)});
    const temporaries = createTemporaries(${JSON.stringify(at('data'))});
    for (const folder of ${JSON.stringify(folders)}) writeFileSync(await temporaries.nameIn(folder), 'plain');
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect([signal, stderr.toString()]).toEqual(['SIGKILL', '']);
}

test('names are of the folder, hidden, and never given twice', async () => {
  const temporaries = createTemporaries(at('data'));
  const names = await Promise.all(Array.from({ length: 20 }, () => temporaries.nameIn(at('one'))));
  expect(new Set(names).size).toBe(20);
  for (const name of names)
    expect(path.relative(at('one'), name)).toMatch(/^\.[\w-]+\.[\w-]+\.sealkeep-tmp$/);
  await temporaries.close();
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('what a killed process left is removed at the next start, and nothing else', async () => {
  dieIn(at('one'), at('two'));
  await writeFile(at('one', '.mine.sealkeep-tmp'), 'of another run');
  await writeFile(at('two', 'report.txt'), 'mine');
  expect(await readdir(at('two'))).toHaveLength(2);
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual(['.mine.sealkeep-tmp']);
  expect(await readdir(at('two'))).toEqual(['report.txt']);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('a temporary folder goes with all that is in it', async () => {
  dieIn(at('one'));
  const [name = ''] = await readdir(at('one'));
  await rm(at('one', name));
  await mkdir(at('one', name, 'sub'), { recursive: true });
  await writeFile(at('one', name, 'sub', 'file'), 'half');
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([]);
});

test('inside a temporary folder nothing is put on record, elsewhere it is', async () => {
  const temporaries = createTemporaries(at('data'));
  const within = temporariesWithin(at('one'), temporaries);
  expect(isTemporaryName(path.basename(await within.nameIn(at('one', 'sub'))))).toBe(false);
  await expect(readdir(at('data', 'runs'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(isTemporaryName(path.basename(await within.nameIn(at('two'))))).toBe(true);
  expect((await readdir(at('data', 'runs'))).filter((name) => name.endsWith('.folders'))).toHaveLength(1);
  await temporaries.close();
});

test('what a living process has is left alone', async () => {
  const temporaries = createTemporaries(at('data'));
  const file = await temporaries.nameIn(at('one'));
  await writeFile(file, 'in use');
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([path.basename(file)]);
  await temporaries.close();
});

test('a folder that is away stays on record until it is back, for a month', async () => {
  dieIn(at('one'));
  await rename(at('one'), at('away'));
  await removeDeadTemporaries(at('data'), now);
  await rename(at('away'), at('one'));
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([]);

  dieIn(at('one'));
  await rm(at('one'), { recursive: true });
  await removeDeadTemporaries(at('data'), now);
  const record = (await readdir(at('data', 'runs'))).find((name) => name.endsWith('.folders')) ?? '';
  const longAgo = new Date(NOW.getTime() - 31 * 24 * 60 * 60 * 1000);
  await utimes(at('data', 'runs', record), longAgo, longAgo);
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('what a job could not remove goes when its process closes', async () => {
  const temporaries = createTemporaries(at('data'));
  await writeFile(await temporaries.nameIn(at('one')), 'plain');
  await temporaries.close();
  expect(await readdir(at('one'))).toEqual([]);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
  // Nothing would remove what comes later.
  await expect(temporaries.nameIn(at('one'))).rejects.toMatchObject({ code: 'INTERNAL' });
  const taking = temporaries.claim(at('one', 'x'), at('one', 'y'), async () => true);
  await expect(taking).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('what was on a drive that is away when its process closes goes at the first start that finds it', async () => {
  const temporaries = createTemporaries(at('data'));
  await writeFile(await temporaries.nameIn(at('one')), 'plain');
  await rename(at('one'), at('away'));
  await temporaries.close();
  await removeDeadTemporaries(at('data'), now);
  await rename(at('away'), at('one'));
  expect(await readdir(at('one'))).toHaveLength(1);
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([]);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('half a line on record hides no other, and one of another version keeps the record', async () => {
  dieIn(at('one'), at('two'));
  const [record = ''] = (await readdir(at('data', 'runs'))).filter((name) => name.endsWith('.folders'));
  const file = at('data', 'runs', record);
  const lines = await readFile(file, 'utf8');
  await writeFile(file, `"/hal${lines}{"folder":"/of/another/version"}\n{"clai`);
  await removeDeadTemporaries(at('data'), now);
  expect([await readdir(at('one')), await readdir(at('two'))]).toEqual([[], []]);
  expect(await readdir(at('data', 'runs'))).toContain(record);
  await writeFile(file, `"/hal${lines}{"clai`);
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('while one looks for dead ones none begins, as a lock’s file is there before it is locked; and the other way round', async () => {
  dieIn(at('one'));
  const before = await readdir(at('data', 'runs'));
  const temporaries = createTemporaries(at('data'));
  const held = tryLock(at('data', 'runs.lock'));
  const begun = temporaries.nameIn(at('two'));
  const looked = removeDeadTemporaries(at('data'), now);
  // Far longer than either takes.
  for (let look = 0; look < 500; look += 1) expect(await readdir(at('data', 'runs'))).toEqual(before);
  held?.release();
  await writeFile(await begun, 'in use');
  await looked;
  expect([await readdir(at('one')), await readdir(at('two'))]).toEqual([[], [path.basename(await begun)]]);
  await temporaries.close();
});

test('where nothing can be put on record there is no name', async () => {
  const temporaries = createTemporaries(at('data', 'gone', 'x\0'));
  await expect(temporaries.nameIn(at('one'))).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' });
  await temporaries.close();
});

/** A process that is killed when it has taken a name by an empty file, where there are no hard links. */
function dieBeforeRename(content: string): void {
  const moduleOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    const { default: fs } = await import('node:fs');
    fs.promises.rename = async () => process.kill(process.pid, 'SIGKILL');
    (await import('node:module')).syncBuiltinESMExports();
    const { createTemporaries } = await import(${moduleOf('./temporaries.ts')});
    const { publishFile } = await import(${moduleOf('../../core/durable/publish.ts')});
    const { claim, nameIn } = createTemporaries(${JSON.stringify(at('data'))});
    const temporary = await nameIn(${JSON.stringify(at('one'))});
    fs.writeFileSync(temporary, ${JSON.stringify(content)});
    const link = async () => {
      throw Object.assign(new Error('no hard links here'), { code: 'EPERM' });
    };
    await publishFile(temporary, ${JSON.stringify(at('one', 'report.txt'))}, { claim, link });`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect([signal, stderr.toString()]).toEqual(['SIGKILL', '']);
}

test('a name that a killed process had taken, where there are no hard links, is free again at the next start', async () => {
  dieBeforeRename('sealed');
  expect(await readdir(at('one'))).toEqual([expect.stringMatching(/\.sealkeep-tmp$/), 'report.txt']);
  expect(await readFile(at('one', 'report.txt'), 'utf8')).toBe('');
  await rename(at('one'), at('away'));
  await removeDeadTemporaries(at('data'), now);
  await rename(at('away'), at('one'));
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([]);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});

test('a claim of another version keeps the record', async () => {
  dieIn(at('one'));
  const [lock = ''] = (await readdir(at('data', 'runs'))).filter((name) => name.endsWith('.lock'));
  const record = lock.replace(/lock$/, 'claim');
  await writeFile(at('data', 'runs', record), '{"taken":"/of/another/version"}');
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('one'))).toEqual([]);
  expect(await readdir(at('data', 'runs'))).toContain(record);
  // Half a claim is none: nothing was made yet.
  await writeFile(at('data', 'runs', record), '{"clai');
  await removeDeadTemporaries(at('data'), now);
  expect(await readdir(at('data', 'runs'))).toEqual([]);
});
