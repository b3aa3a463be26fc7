import { safeStorage } from 'electron';
import type { Keychain } from '../server/platform/root-key/root-key-keychain.ts';

/** What the system's keychain is made of, as far as it is used here. */
export type SafeStorage = Pick<
  typeof safeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/**
 * The system's keychain. To be called when the app is ready.
 * @returns undefined where there is none that protects: on Linux without a secret service Electron encrypts under a
 * password that stands in its sources (`basic_text`).
 */
export async function findKeychain(
  platform: NodeJS.Platform,
  storage: SafeStorage = safeStorage,
): Promise<Keychain | undefined> {
  if (!(await storage.isAsyncEncryptionAvailable())) return undefined;
  if (platform === 'linux' && !isProtecting(storage.getSelectedStorageBackend())) return undefined;
  return {
    encrypt: (text) => storage.encryptStringAsync(text),
    async decrypt(encrypted) {
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(Buffer.from(encrypted));
      return { text: result, isStale: shouldReEncrypt };
    },
  };
}

function isProtecting(backend: ReturnType<SafeStorage['getSelectedStorageBackend']>): boolean {
  return backend !== 'basic_text' && backend !== 'unknown';
}
