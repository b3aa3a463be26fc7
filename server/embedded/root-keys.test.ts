import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryKeychain } from '../../test/support/memory-keychain.ts';
import { keptRootKeys, rootKeyFiles } from './root-keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-root-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

const keysFolder = () => path.join(folder, 'kms', 'keys');
const keychainFile = () => path.join(keysFolder(), 'root.key.keychain');

test('with a keychain the root keys rest under it, and come back the same', async () => {
  const keychain = createMemoryKeychain();
  const made = await keptRootKeys(folder, keychain).load();
  expect(await readdir(keysFolder())).toEqual(['root.key.keychain']);
  expect((await stat(keychainFile())).mode & 0o777).toBe(0o600);
  const rest = await readFile(keychainFile());
  for (const encoding of ['latin1', 'hex', 'base64', 'base64url'] as const) {
    expect(rest.toString('latin1')).not.toContain(Buffer.from(made.kms).toString(encoding));
  }
  const { kept, load } = keptRootKeys(folder, keychain);
  expect(kept).toBe('keychain');
  expect(await load()).toEqual(made);
  expect(made.kms).toHaveLength(32);
  expect(made.kms).not.toEqual(made.cloud);
});

test('without one they are in files only their person can read; those stay there when a keychain comes', async () => {
  const first = keptRootKeys(folder, undefined);
  expect(first.kept).toBe('file');
  const made = await first.load();
  expect((await stat(path.join(keysFolder(), 'root.key'))).mode & 0o777).toBe(0o600);
  const later = keptRootKeys(folder, createMemoryKeychain());
  expect(later.kept).toBe('file');
  expect(await later.load()).toEqual(made);
  expect(await rootKeyFiles(folder)()).toEqual(made);
  expect(await readdir(keysFolder())).toEqual(['root.key']);
});

test('what the command line finds in the keychain it leaves alone, and says so', async () => {
  await keptRootKeys(folder, createMemoryKeychain()).load();
  await expect(rootKeyFiles(folder)()).rejects.toMatchObject({ code: 'ROOT_KEY_IN_KEYCHAIN' });
  expect(await readdir(keysFolder())).toEqual(['root.key.keychain']);
});

test.each(['kms', 'cloud'] as const)(
  'with a keychain, what is gone is not replaced while the database of the %s is there',
  async (service) => {
    const keychain = createMemoryKeychain();
    const made = await keptRootKeys(folder, keychain).load();
    const database = path.join(folder, service, `${service}.sqlite`);
    await writeFile(database, '');
    expect(await keptRootKeys(folder, keychain).load()).toEqual(made);
    const keys = path.join(folder, service, 'keys');
    await rm(keys, { recursive: true });
    const gone = path.join(keys, 'root.key.keychain');
    await expect(keptRootKeys(folder, keychain).load()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: {
        name: service === 'kms' ? 'KMS_ROOT_KEY' : 'CLOUD_ROOT_KEY',
        reason: `${gone} is not there, but the database ${database} was made with it`,
      },
    });
    expect(existsSync(keys)).toBe(false);
  },
);

test('a keychain with a newer key gets the root key anew, and only that changes', async () => {
  const keychain = createMemoryKeychain();
  const made = await keptRootKeys(folder, keychain).load();
  const before = await readFile(keychainFile());
  keychain.rotate();
  expect(await keptRootKeys(folder, keychain).load()).toEqual(made);
  const after = await readFile(keychainFile());
  expect(after).not.toEqual(before);
  expect(await keptRootKeys(folder, keychain).load()).toEqual(made);
  expect(await readFile(keychainFile())).toEqual(after);
});

test.each([
  ['another keychain', () => createMemoryKeychain()],
  ['no keychain any more', () => undefined],
])('%s: a sentence, and nothing is overwritten', async (_, other) => {
  await keptRootKeys(folder, createMemoryKeychain()).load();
  const before = await readFile(keychainFile());
  const { kept, load } = keptRootKeys(folder, other());
  expect(kept).toBe('keychain');
  await expect(load()).rejects.toMatchObject({ code: 'ROOT_KEY_UNREADABLE' });
  expect(await readFile(keychainFile())).toEqual(before);
  expect(await readdir(keysFolder())).toEqual(['root.key.keychain']);
});

test('a keychain that does not give back what it took gets no root key at all', async () => {
  const { encrypt } = createMemoryKeychain();
  const forgetful = { encrypt, decrypt: async () => ({ text: '', isStale: false }) };
  await expect(keptRootKeys(folder, forgetful).load()).rejects.toMatchObject({ code: 'ROOT_KEY_UNREADABLE' });
  expect(existsSync(keychainFile())).toBe(false);
});

test('anything but a root key under the keychain is refused and stays', async () => {
  const keychain = createMemoryKeychain();
  await mkdir(keysFolder(), { recursive: true });
  const nonsense = await keychain.encrypt('nonsense');
  await writeFile(keychainFile(), nonsense);
  await expect(keptRootKeys(folder, keychain).load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readFile(keychainFile())).toEqual(Buffer.from(nonsense));
});
