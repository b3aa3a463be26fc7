import { chmod, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { codeOf, publishFile } from '../../core/durable/publish.ts';
import { temporaryName, writeFileDurably } from '../../core/durable/write-file.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

export const ROOT_KEY_BYTES = 32;

/** Where the system's keychain keeps the root key that `file` would hold otherwise. */
export function keychainFileOf(file: string): string {
  return `${file}.keychain`;
}

/**
 * The root key provider `file:`: 32 random bytes in base64, in a file that only its owner can read, made at first need.
 * @param databaseFile the database whose secrets rest under it. Where that is there and the key is not, no key is made:
 *   a folder that is not mounted would otherwise get one that opens nothing.
 * @throws SealkeepError CONFIG_INVALID where the file holds anything else, is gone, or its folder can't be written;
 *   ROOT_KEY_IN_KEYCHAIN where the desktop app keeps this root key: a fresh one beside it would open nothing.
 */
export async function loadRootKeyFile(file: string, setting: string, databaseFile?: string): Promise<Secret> {
  try {
    // Asked first: whoever makes key and database meanwhile makes the key before.
    const isWanted = databaseFile !== undefined && (await isThere(databaseFile));
    const existing = await readIfThere(file);
    if (existing) return parseRootKey(existing, file, setting);
    if (await isThere(keychainFileOf(file))) throw new SealkeepError('ROOT_KEY_IN_KEYCHAIN', { file });
    if (isWanted) throw goneError(file, setting, databaseFile);
    return parseRootKey(await makeRootKey(file), file, setting);
  } catch (cause) {
    if (cause instanceof SealkeepError) throw cause;
    throw new SealkeepError(
      'CONFIG_INVALID',
      { name: setting, reason: `${file} cannot be used (${codeOf(cause)})` },
      { cause },
    );
  }
}

/** The written form; a string can't be zero-filled, so it goes out of scope at once. */
export function rootKeyText(key: Secret): string {
  return key.use((bytes) => bytes.toString('base64'));
}

function goneError(file: string, setting: string, databaseFile: string): SealkeepError {
  const reason = `${file} is not there, but the database ${databaseFile} was made with it`;
  return new SealkeepError('CONFIG_INVALID', { name: setting, reason });
}

/** Of two that make it at once, both get the one that lies there afterwards. */
async function makeRootKey(file: string): Promise<Buffer> {
  await makeFolder(path.dirname(file));
  const temporary = temporaryName(file);
  const fresh = Secret.random(ROOT_KEY_BYTES);
  try {
    await writeFileDurably(temporary, `${rootKeyText(fresh)}\n`);
    await publishFile(temporary, file);
  } finally {
    fresh.destroy();
    await rm(temporary, { force: true });
  }
  await syncFolder(path.dirname(file));
  return readFile(file);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    await chmod(file, 0o600);
    return content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
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
