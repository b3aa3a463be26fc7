import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../../core/crypto/secret.ts';
import { codeOf } from '../../../core/durable/publish.ts';
import { writeFileDurably } from '../../../core/durable/write-file.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { goneError, isThere } from './load-root-key.ts';
import { keychainFileOf, parseRootKey, ROOT_KEY_BYTES, rootKeyText } from './root-key-file.ts';

/** The system's keychain, as a shell has it: it encrypts under a key that only the person's own login gives. */
export interface Keychain {
  encrypt(text: string): Promise<Uint8Array>;
  /** `isStale` asks for encrypting anew: the keychain has a newer key. */
  decrypt(encrypted: Uint8Array): Promise<{ readonly text: string; readonly isStale: boolean }>;
}

/**
 * The root key that `keychainFileOf(file)` holds under the system's keychain, made at first need. What the keychain
 * can't open is left as it is: it may open again, and nothing else opens what hangs on it.
 * @param keychain undefined where the system has none just now.
 * @param databaseFile the database whose secrets rest under it. Where that is there and the key is not, no key is made, as
 *   with `loadRootKey`.
 * @throws SealkeepError ROOT_KEY_UNREADABLE, and CONFIG_INVALID where it holds anything but a root key, or is gone.
 */
export async function loadRootKeyFromKeychain(
  file: string,
  setting: string,
  keychain: Keychain | undefined,
  databaseFile: string,
): Promise<Secret> {
  const place = keychainFileOf(file);
  try {
    if (!keychain) throw new TypeError('this system has no keychain that protects');
    // Asked first: whoever makes key and database meanwhile makes the key before.
    const isWanted = await isThere(databaseFile, { setting });
    const encrypted = await readIfThere(place);
    if (!encrypted && isWanted) throw goneError(place, setting, databaseFile);
    if (!encrypted) return await makeRootKey(place, keychain);
    const { text, isStale } = await keychain.decrypt(encrypted);
    const key = parseRootKey(Buffer.from(text, 'latin1'), place, setting);
    if (isStale) await keep(key, place, keychain);
    return key;
  } catch (cause) {
    if (cause instanceof SealkeepError) throw cause;
    throw new SealkeepError('ROOT_KEY_UNREADABLE', { file: place }, { cause });
  }
}

async function makeRootKey(place: string, keychain: Keychain): Promise<Secret> {
  await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
  const key = Secret.random(ROOT_KEY_BYTES);
  await keep(key, place, keychain);
  return key;
}

/** Replaces the file only by what was seen to open again. */
async function keep(key: Secret, place: string, keychain: Keychain): Promise<void> {
  const encrypted = await keychain.encrypt(rootKeyText(key));
  const { text } = await keychain.decrypt(encrypted);
  if (text !== rootKeyText(key)) throw new TypeError('the keychain does not give back what it took');
  await writeFileDurably(place, encrypted);
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
