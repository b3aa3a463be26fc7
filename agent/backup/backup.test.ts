import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { someBytes } from '../../test/support/engine.ts';
import { createTemporaries } from '../engine/temporaries.ts';
import { openBackup } from './open-backup.ts';
import { sealBackup } from './seal-backup.ts';

const CHEAP = { memory: 8, passes: 1 };
const PASSPHRASE = 'a passphrase of a backup';
const CONTENT = someBytes(1024 * 1024 + 100);

let folder: string;
let sealed: Buffer;
const at = (name: string) => path.join(folder, name);
const { signal } = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-backup-file-'));
  await seal('backup');
  sealed = await readFile(at('backup'));
});
afterAll(() => rm(folder, { recursive: true }));

async function seal(name: string): Promise<number> {
  const temporaries = createTemporaries(at('data'));
  const content = { name: 'content', open: async () => Readable.from([CONTENT]) };
  try {
    return await sealBackup({
      file: at(name),
      passphrase: PASSPHRASE,
      content,
      temporaries,
      signal,
      cost: CHEAP,
    });
  } finally {
    await temporaries.close();
  }
}

async function opened(file: string, passphrase = PASSPHRASE): Promise<Buffer> {
  const backup = await openBackup(file, async () => passphrase, signal);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of backup.pieces) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  } finally {
    backup.close();
  }
}

test('what is sealed opens under the same passphrase, and nothing of it stands in the file', async () => {
  expect((await opened(at('backup'))).equals(CONTENT)).toBe(true);
  expect(sealed.includes(CONTENT.subarray(0, 32))).toBe(false);
  if (process.platform !== 'win32') expect((await stat(at('backup'))).mode & 0o777).toBe(0o600);
  await expect(opened(at('backup'), 'another passphrase')).rejects.toMatchObject({
    code: 'BACKUP_PASSPHRASE_REFUSED',
  });
});

test('nothing is overwritten, and nothing is left of what was not made', async () => {
  await expect(seal('backup')).rejects.toMatchObject({ code: 'OUTPUT_TAKEN' });
  expect((await readFile(at('backup'))).equals(sealed)).toBe(true);
  expect((await readdir(folder)).toSorted()).toEqual(['backup', 'data']);
});

test('a byte that was changed, or is missing, is noticed wherever it is', async () => {
  const linesEnd = sealed.indexOf('\n', sealed.indexOf('\n') + 1);
  for (const place of [1, 60, linesEnd - 1, linesEnd + 20, linesEnd + 5000, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[place] = (changed[place] ?? 0) ^ 1;
    await writeFile(at('changed'), changed);
    await expect(opened(at('changed'))).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_/) });
  }
  for (const length of [0, 10, linesEnd, linesEnd + 1, linesEnd + 30, 1024 * 1024, sealed.length - 1]) {
    await writeFile(at('changed'), sealed.subarray(0, length));
    await expect(opened(at('changed'))).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_/) });
  }
});
