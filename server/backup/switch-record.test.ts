import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginSwitch, endSwitch, isSwitchBegun, stagedFolder } from './switch-record.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-switch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const OLD = {
  'kms/kms.sqlite': 'old database',
  'kms/kms.sqlite-wal': 'old log',
  'kms/keys/root.key': 'a key that no backup has',
  'cloud/blobs/one': 'old blob',
  'names.json': 'old names',
  'shell.log': 'a log',
};
const NEW = {
  'kms/kms.sqlite': 'new database',
  'cloud/blobs/two': 'new blob',
  'names.json': 'new names',
  'settings.env': 'new settings',
};
const ITEMS = ['kms/kms.sqlite', 'names.json', 'settings.env', 'cloud/blobs'];
const FORMER = 'before-restore-20261122T120000Z';
const RESTORED = {
  ...NEW,
  'kms/keys/root.key': OLD['kms/keys/root.key'],
  'shell.log': OLD['shell.log'],
  [`${FORMER}/kms/kms.sqlite`]: OLD['kms/kms.sqlite'],
  [`${FORMER}/kms/kms.sqlite-wal`]: OLD['kms/kms.sqlite-wal'],
  [`${FORMER}/cloud/blobs/one`]: OLD['cloud/blobs/one'],
  [`${FORMER}/names.json`]: OLD['names.json'],
};

async function write(where: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(where, name)), { recursive: true });
    await writeFile(path.join(where, name), content);
  }
}

async function contentOf(where: string): Promise<Record<string, string>> {
  const entries = await readdir(where, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [path.relative(where, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Old data with what was restored beside it. */
async function prepared(name: string): Promise<string> {
  const dataFolder = path.join(folder, name);
  await write(dataFolder, OLD);
  await write(stagedFolder(dataFolder), NEW);
  return dataFolder;
}

test('before it is decided for, what was restored goes and the old data stays', async () => {
  const dataFolder = await prepared('undecided');
  await endSwitch(dataFolder);
  expect(await contentOf(dataFolder)).toEqual(OLD);
});

test('ended after each step that it can be killed at, it is the restored data, and all of the old is kept', async () => {
  const begun = await prepared('begun');
  await beginSwitch(begun, { former: FORMER, items: ITEMS });
  let steps = 0;
  for (let isWhole = false; !isWhole; steps += 1) {
    const dataFolder = path.join(folder, `killed-${steps}`);
    await cp(begun, dataFolder, { recursive: true });
    let left = steps;
    const killed = new Error('killed');
    const attempt = endSwitch(dataFolder, () => {
      left -= 1;
      if (left < 0) throw killed;
    });
    const [outcome] = await Promise.allSettled([attempt]);
    isWhole = outcome.status === 'fulfilled';
    if (outcome.status === 'rejected') expect(outcome.reason).toBe(killed);
    await endSwitch(dataFolder);
    expect(await contentOf(dataFolder)).toEqual(RESTORED);
    expect(isSwitchBegun(dataFolder)).toBe(false);
  }
  // Four renames of the old, its log's, four of the new, and the record's end.
  expect(steps - 1).toBe(9);
});
