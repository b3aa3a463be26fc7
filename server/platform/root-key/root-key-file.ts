import { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { RootKeyForm } from './root-key-provider.ts';

export const ROOT_KEY_BYTES = 32;

/** The form of the provider `file:`, 32 random bytes in base64: whoever can read the file has the root key. */
export function fileForm(file: string, setting: string): RootKeyForm {
  return {
    read: async (content) => parseRootKey(content, file, setting),
    async make() {
      const key = Secret.random(ROOT_KEY_BYTES);
      return { key, content: `${rootKeyText(key)}\n` };
    },
  };
}

/** Where the system's keychain keeps the root key that `file` would hold otherwise. */
export function keychainFileOf(file: string): string {
  return `${file}.keychain`;
}

/** The written form; a string can't be zero-filled, so it goes out of scope at once. */
export function rootKeyText(key: Secret): string {
  return key.use((bytes) => bytes.toString('base64'));
}

/**
 * The root key in its written form; `content` is zero-filled.
 * @throws SealkeepError CONFIG_INVALID
 */
export function parseRootKey(content: Buffer, file: string, setting: string): Secret {
  const key = Buffer.from(content.toString('latin1').trim(), 'base64');
  content.fill(0);
  if (key.length !== ROOT_KEY_BYTES) {
    throw new SealkeepError('CONFIG_INVALID', {
      name: setting,
      reason: `${file} holds no root key of 32 bytes`,
    });
  }
  return Secret.take(key);
}
