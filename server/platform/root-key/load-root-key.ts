import { stat } from 'node:fs/promises';
import type { Secret } from '../../../core/crypto/secret.ts';
import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { keychainFileOf } from './root-key-file.ts';
import { type RootKeyProvider, unusable } from './root-key-provider.ts';

/**
 * The root key that the provider keeps, made at first need.
 * @param databaseFile the database whose secrets rest under it. Where that is there and the key is not, no key is made:
 *   a folder that is not mounted would otherwise get one that opens nothing.
 * @throws SealkeepError CONFIG_INVALID where the file holds anything else, is gone, or its folder can't be written;
 *   ROOT_KEY_IN_KEYCHAIN where the desktop app keeps this root key: a fresh one beside it would open nothing;
 *   ROOT_PASSPHRASE_REFUSED.
 */
export async function loadRootKey(provider: RootKeyProvider, databaseFile?: string): Promise<Secret> {
  // Asked first: whoever makes key and database meanwhile makes the key before.
  const isWanted = databaseFile !== undefined && (await isThere(databaseFile, provider));
  const existing = await provider.read();
  if (existing) return existing;
  await assertNotInKeychain(provider);
  if (isWanted) throw goneError(provider.source.file, provider.setting, databaseFile);
  const fresh = await provider.make();
  if (await fresh.publish()) return fresh.key;
  // Of two that make it at once, both get the one that lies there afterwards.
  fresh.key.destroy();
  return existingRootKey(provider, databaseFile ?? '');
}

/** The root key that the provider keeps; none is made. @throws SealkeepError as `loadRootKey`. */
export async function existingRootKey(provider: RootKeyProvider, databaseFile: string): Promise<Secret> {
  const existing = await provider.read();
  if (existing) return existing;
  await assertNotInKeychain(provider);
  throw goneError(provider.source.file, provider.setting, databaseFile);
}

/**
 * Makes the root key of an installation that was never started.
 * @throws SealkeepError ROOT_KEY_TAKEN where its file is there, and what `loadRootKey` throws.
 */
export async function makeRootKey(provider: RootKeyProvider, databaseFile: string): Promise<void> {
  const { file } = provider.source;
  await assertNameFree(provider);
  if (await isThere(databaseFile, provider))
    throw goneError(provider.source.file, provider.setting, databaseFile);
  const fresh = await provider.make();
  fresh.key.destroy();
  if (!(await fresh.publish())) throw new SealkeepError('ROOT_KEY_TAKEN', { file });
}

/** @throws SealkeepError ROOT_KEY_TAKEN, ROOT_KEY_IN_KEYCHAIN: nothing may lie where a root key is to be made. */
export async function assertNameFree(provider: RootKeyProvider): Promise<void> {
  const { file } = provider.source;
  if (await isThere(file, provider)) throw new SealkeepError('ROOT_KEY_TAKEN', { file });
  await assertNotInKeychain(provider);
}

/** @throws SealkeepError CONFIG_INVALID: what was never started has nothing at rest. */
export async function assertDatabaseThere(databaseFile: string, setting: string): Promise<void> {
  if (await isThere(databaseFile, { setting })) return;
  const reason = `${databaseFile} is not there, so nothing rests under a root key yet`;
  throw new SealkeepError('CONFIG_INVALID', { name: setting, reason });
}

async function assertNotInKeychain(provider: RootKeyProvider): Promise<void> {
  const { file } = provider.source;
  if (await isThere(keychainFileOf(file), provider))
    throw new SealkeepError('ROOT_KEY_IN_KEYCHAIN', { file });
}

/** Where the database is there and its root key is not. */
export function goneError(file: string, setting: string, databaseFile: string): SealkeepError {
  const reason = `${file} is not there, but the database ${databaseFile} was made with it`;
  return new SealkeepError('CONFIG_INVALID', { name: setting, reason });
}

/** @throws SealkeepError CONFIG_INVALID where the system does not say. */
export async function isThere(file: string, { setting }: Pick<RootKeyProvider, 'setting'>): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw unusable(file, setting, cause);
  }
}
