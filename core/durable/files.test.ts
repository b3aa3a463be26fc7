import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, syncFolder } from './folder.ts';
import { codeOf, publishFile } from './publish.ts';
import { temporaryName, writeFileDurably } from './write-file.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-durable-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeFileDurably', () => {
  test('replaces what was there, for its owner only, and leaves nothing beside it', async () => {
    await writeFile(at('state'), 'a longer text from before');
    await writeFileDurably(at('state'), 'new');
    expect(await readFile(at('state'), 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['state']);
    if (platform !== 'win32') expect((await stat(at('state'))).mode & 0o777).toBe(0o600);
  });

  test('gives the mode that was asked for', async () => {
    await writeFileDurably(at('public'), Buffer.from('key'), 0o640);
    if (platform !== 'win32') expect((await stat(at('public'))).mode & 0o777).toBe(0o640);
  });

  test('leaves the old state where it fails', async () => {
    await mkdir(at('taken'));
    await expect(writeFileDurably(at('taken'), 'new')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(writeFileDurably(at('nowhere/state'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  test('of many at once, one wins whole', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(1000));
    await Promise.all(texts.map((text) => writeFileDurably(at('state'), text)));
    expect(texts).toContain(await readFile(at('state'), 'utf8'));
    expect(await readdir(folder)).toEqual(['state']);
  });
});

test('a temporary name lies beside its target, hidden, and comes once', () => {
  const name = temporaryName(at('report.txt'));
  expect(path.dirname(name)).toBe(folder);
  expect(path.basename(name)).toMatch(/^\.[\w-]{22}\.sealkeep-tmp$/);
  expect(temporaryName(at('report.txt'))).not.toBe(name);
});

/** As FAT and exFAT answer. */
const noLinks = async () => {
  throw Object.assign(new Error('no hard links here'), { code: 'ENOTSUP' });
};

describe.each([
  ['with hard links', link],
  ['without hard links', noLinks],
])('publishFile %s', (_, linked) => {
  const publish = (name: string) => publishFile(at(name), at('report'), { link: linked });
  beforeEach(() => writeFile(at('temporary'), 'new'));

  test('gives a file its name', async () => {
    expect(await publish('temporary')).toBe(true);
    expect(await readdir(folder)).toEqual(['report']);
    expect(await readFile(at('report'), 'utf8')).toBe('new');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a file', () => writeFile(at('report'), 'old')],
    ['a folder', () => mkdir(at('report'))],
    ['a link to nowhere', () => symlink('nowhere', at('report'))],
  ])('never takes the name of %s', async (__, take) => {
    await take();
    const before = await lstat(at('report'), { bigint: true });
    expect(await publish('temporary')).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['report', 'temporary']);
    expect(await lstat(at('report'), { bigint: true })).toEqual(before);
  });

  test('lets one of many win', async () => {
    const names = Array.from({ length: 20 }, (_, index) => at(`temporary ${index}`));
    await Promise.all(names.map((name) => writeFile(name, name)));
    const won = await Promise.all(names.map((name) => publishFile(name, at('report'), { link: linked })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readFile(at('report'), 'utf8')).toBe(names[won.indexOf(true)]);
  });

  test('fails where there is nothing to publish', async () => {
    await expect(publish('nowhere')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['temporary']);
  });
});

test('a folder is synced, and one that is not there is an error', async () => {
  await syncFolder(folder);
  if (platform !== 'win32') await expect(syncFolder(at('nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('makeFolder', () => {
  const made = async (name: string) => {
    const synced: string[] = [];
    await makeFolder(at(name), undefined, async (parent) => void synced.push(path.relative(folder, parent)));
    return synced;
  };

  test('syncs the parent of each folder that it makes, and of no other', async () => {
    await mkdir(at('there'));
    expect(await made('there/a/b/c')).toEqual(['there', 'there/a', 'there/a/b']);
    expect(await made('there/a/d')).toEqual(['there/a']);
    expect(await made('there/a/d')).toEqual([]);
  });

  test.skipIf(platform === 'win32')('makes them for their owner only', async () => {
    await makeFolder(at('a/b'));
    for (const name of ['a', 'a/b']) expect((await stat(at(name))).mode & 0o777).toBe(0o700);
  });
});

test('codeOf knows the errors of the system only', () => {
  expect(codeOf(Object.assign(new Error(), { code: 'EIO' }))).toBe('EIO');
  for (const value of [new Error('EIO'), { code: 'EIO' }, undefined, Object.assign(new Error(), { code: 5 })])
    expect(codeOf(value)).toBeUndefined();
});
