import { randomToken } from '../../core/crypto/random.ts';
import type { Keychain } from '../../server/platform/root-key/root-key-keychain.ts';

/** A keychain without a system: what it encrypted only it decrypts, and after `rotate` what is older is stale. */
export function createMemoryKeychain(): Keychain & { rotate(): void } {
  const texts = new Map<string, { readonly text: string; readonly version: number }>();
  let version = 1;
  return {
    async encrypt(text) {
      const handle = randomToken();
      texts.set(handle, { text, version });
      return Buffer.from(handle);
    },
    async decrypt(encrypted) {
      const found = texts.get(Buffer.from(encrypted).toString());
      if (!found) throw new Error('not encrypted by this keychain');
      return { text: found.text, isStale: found.version < version };
    },
    rotate() {
      version += 1;
    },
  };
}
