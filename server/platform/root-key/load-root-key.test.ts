import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Secret } from '../../../core/crypto/secret.ts';
import { mountSmallDisk } from '../../../test/support/small-disk.ts';
import { loadRootKey } from './load-root-key.ts';
import { fileForm } from './root-key-file.ts';
import { createRootKeyProvider } from './root-key-provider.ts';

const SETTING = 'KMS_ROOT_KEY';
const providerAt = (file: string) =>
  createRootKeyProvider({ provider: 'file', file }, SETTING, fileForm(file, SETTING));

let folder: string;
const at = (...parts: string[]) => path.join(folder, ...parts);
const textOf = (key: Secret) => key.use((bytes) => bytes.toString('base64'));
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-root-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('is made at first need, for its owner only, and is the same from then on', async () => {
  const file = at('kms', 'keys', 'root.key');
  const made = textOf(await loadRootKey(providerAt(file), at('kms.sqlite')));
  expect(await readFile(file, 'utf8')).toBe(`${made}\n`);
  if (platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeFile(at('kms.sqlite'), '');
  expect(textOf(await loadRootKey(providerAt(file), at('kms.sqlite')))).toBe(made);
});

test('is read where it is mounted read-only', async ({ skip }) => {
  const disk = mountSmallDisk();
  if (!disk) return skip('only root may mount');
  try {
    const file = path.join(disk.folder, 'root.key');
    const made = textOf(await loadRootKey(providerAt(file)));
    await chmod(file, 0o440);
    expect(spawnSync('mount', ['-o', 'remount,ro', disk.folder]).status).toBe(0);
    expect(textOf(await loadRootKey(providerAt(file)))).toBe(made);
  } finally {
    disk.remove();
  }
});

test('that is gone is not replaced while its database is there', async () => {
  await writeFile(at('kms.sqlite'), '');
  const file = at('not-mounted', 'root.key');
  await expect(loadRootKey(providerAt(file), at('kms.sqlite'))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: {
      name: SETTING,
      reason: `${file} is not there, but the database ${at('kms.sqlite')} was made with it`,
    },
  });
  expect(await readdir(folder)).toEqual(['kms.sqlite']);
});

test('is one for all that make it at once', async () => {
  const starts = Array.from({ length: 20 }, () => loadRootKey(providerAt(at('keys', 'root.key')), at('db')));
  const keys = new Set((await Promise.all(starts)).map(textOf));
  expect([...keys]).toEqual([(await readFile(at('keys', 'root.key'), 'latin1')).trim()]);
  expect(await readdir(at('keys'))).toEqual(['root.key']);
});

test.each(['', 'short\n', Buffer.alloc(31).toString('base64')])('%j is none', async (content) => {
  await writeFile(at('root.key'), content);
  await expect(loadRootKey(providerAt(at('root.key')))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { name: SETTING, reason: expect.stringContaining('no root key') },
  });
});
