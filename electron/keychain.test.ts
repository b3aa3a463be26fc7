import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptRootKeys } from '../server/embedded/root-keys.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import { errorSentence } from '../shared/messages/en.ts';
import { createMemoryKeychain } from '../test/support/memory-keychain.ts';
import { findKeychain, type SafeStorage } from './keychain.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-keychain-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Electron's safeStorage as far as it is used, over a keychain in memory. */
function storageOf(
  { encrypt, decrypt } = createMemoryKeychain(),
  {
    isAvailable = true,
    backend = 'gnome_libsecret' as const as ReturnType<SafeStorage['getSelectedStorageBackend']>,
  } = {},
): SafeStorage {
  return {
    isAsyncEncryptionAvailable: async () => isAvailable,
    encryptStringAsync: async (text) => Buffer.from(await encrypt(text)),
    async decryptStringAsync(encrypted) {
      const { text, isStale } = await decrypt(encrypted);
      return { result: text, shouldReEncrypt: isStale };
    },
    getSelectedStorageBackend: () => backend,
  };
}

const keptBy = async (storage: SafeStorage, platform: NodeJS.Platform = 'linux') =>
  keptRootKeys(folder, await findKeychain(platform, storage));
const files = () => readdir(path.join(folder, 'kms', 'keys'));
const rest = () => readFile(path.join(folder, 'kms', 'keys', 'root.key.keychain'));

test.each(['linux', 'darwin', 'win32'] as const)(
  'STYLE 12: root keys rest under the keychain of %s',
  async (platform) => {
    const storage = storageOf();
    const made = await (await keptBy(storage, platform)).load();
    expect(await files()).toEqual(['root.key.keychain']);
    const again = await keptBy(storage, platform);
    expect(again.kept).toBe('keychain');
    expect(await again.load()).toEqual(made);
  },
);

test.each(['basic_text', 'unknown'] as const)(
  'STYLE 12: on Linux %s is no protection: a file, and it says so',
  async (backend) => {
    const { kept, load } = await keptBy(storageOf(undefined, { backend }));
    expect(kept).toBe('file');
    await load();
    expect(await files()).toEqual(['root.key']);
  },
);

test('STYLE 12: no encryption at all: a file, and it says so', async () => {
  expect((await keptBy(storageOf(undefined, { isAvailable: false }), 'darwin')).kept).toBe('file');
});

test('STYLE 12: shouldReEncrypt wraps the root key anew', async () => {
  const keychain = createMemoryKeychain();
  const storage = storageOf(keychain);
  const made = await (await keptBy(storage)).load();
  const before = await rest();
  keychain.rotate();
  expect(await (await keptBy(storage)).load()).toEqual(made);
  expect(await rest()).not.toEqual(before);
});

test.each([
  ['another keychain', () => storageOf()],
  ['the same without its keychain', () => storageOf(undefined, { backend: 'basic_text' })],
])('STYLE 12: what %s can’t open ends with a sentence, and nothing is overwritten', async (_, other) => {
  await (await keptBy(storageOf())).load();
  const before = await rest();
  const error = await (await keptBy(other())).load().catch((thrown: unknown) => thrown);
  if (!isSealkeepError(error)) throw error;
  expect(error.code).toBe('ROOT_KEY_UNREADABLE');
  expect(errorSentence(error.code, error.details)).toMatch(/nothing was changed/);
  expect(await rest()).toEqual(before);
  expect(await files()).toEqual(['root.key.keychain']);
});
