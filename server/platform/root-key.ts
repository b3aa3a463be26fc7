import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { writeFileDurably } from '../../core/durable/write-file.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

export const ROOT_KEY_BYTES = 32;

/** Where the system's keychain keeps the root key that `file` would hold otherwise. */
export function keychainFileOf(file: string): string {
  return `${file}.keychain`;
}

/**
 * The root key provider `file:`: 32 random bytes in base64, in a file that only its owner can read, made at first need.
 * @throws SealkeepError CONFIG_INVALID where the file holds anything else or its folder can't be written;
 * ROOT_KEY_IN_KEYCHAIN where the desktop app keeps this root key: a fresh one beside it would open nothing.
 */
export async function loadRootKeyFile(file: string, setting: string): Promise<Secret> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const existing = await readIfThere(file);
    if (existing) return parseRootKey(existing, file, setting);
    if (existsSync(keychainFileOf(file))) throw new SealkeepError('ROOT_KEY_IN_KEYCHAIN', { file });
    const fresh = Secret.random(ROOT_KEY_BYTES);
    await writeFileDurably(file, `${rootKeyText(fresh)}\n`);
    return fresh;
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
