import { createSecretKey, type KeyObject } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { openBytes, sealBytes } from './aead.ts';
import { ARGON2ID, type PasswordCost } from './password-hash.ts';
import { Secret } from './secret.ts';

/** About a second, once at a server's start: whoever has the file may guess as long as they like. */
export const PASSPHRASE_COST: PasswordCost = { memory: 256 * 1024, passes: 3 };
export const PASSPHRASE_SALT_BYTES = 16;
const LANES = 1;
const KEY_BYTES = 32;

export interface PassphraseKdf {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
}

/**
 * A secret under a passphrase: AES-256-GCM under argon2id (RFC 9106, version 19, one lane) of the passphrase in NFKC.
 * @param header authenticated with it; what says how it was derived belongs there.
 */
export async function sealUnderPassphrase(
  passphrase: string,
  kdf: PassphraseKdf,
  secret: Secret,
  header: Uint8Array,
): Promise<Buffer> {
  const key = await passphraseKey(passphrase, kdf);
  return secret.use((bytes) => sealBytes(key, bytes, header));
}

/** @returns undefined where passphrase, header or bytes are others. */
export async function openUnderPassphrase(
  passphrase: string,
  kdf: PassphraseKdf,
  sealed: Uint8Array,
  header: Uint8Array,
): Promise<Secret | undefined> {
  const opened = openBytes(await passphraseKey(passphrase, kdf), sealed, header);
  return opened && Secret.take(opened);
}

async function passphraseKey(passphrase: string, { cost, salt }: PassphraseKdf): Promise<KeyObject> {
  const bytes = await hashRaw(passphrase.normalize('NFKC'), {
    algorithm: ARGON2ID,
    memoryCost: cost.memory,
    timeCost: cost.passes,
    parallelism: LANES,
    outputLen: KEY_BYTES,
    salt,
  });
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
