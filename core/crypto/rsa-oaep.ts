import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Secret } from './secret.ts';

const MODULUS_BITS = 4096;
const CIPHERTEXT_BYTES = MODULUS_BITS / 8;
const HASH = 'sha256';

/** The longest plaintext, in bytes: what OAEP with SHA-256 leaves of the modulus. */
export const OAEP_MAX_BYTES = CIPHERTEXT_BYTES - 2 * 32 - 2;

const generate = promisify(generateKeyPair);

/** The public half of an RSA-4096 pair that others seal for. */
export interface OaepPublicKey {
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly pem: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, base64url: what a client pins. */
  readonly fingerprint: string;
}

export interface OaepKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: OaepPublicKey;
}

/** A fresh RSA-4096 pair. Takes seconds, off this thread. */
export async function generateRsaOaepPair(): Promise<OaepKeyPair> {
  const { privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS });
  return pairOf(privateKey);
}

/** The private key as PKCS#8 DER, for keeping at rest; the caller destroys it. */
export function exportOaepPair({ privateKey }: OaepKeyPair): Secret {
  return Secret.take(privateKey.export({ type: 'pkcs8', format: 'der' }));
}

/** @param pkcs8 what `exportOaepPair` gave; the caller destroys it. */
export function importOaepPair(pkcs8: Secret): OaepKeyPair {
  return pairOf(pkcs8.use((key) => createPrivateKey({ key, type: 'pkcs8', format: 'der' })));
}

/** @returns undefined where the text is no RSA-4096 public key in PEM. */
export function readOaepPublicKey(pem: string): OaepPublicKey | undefined {
  const key = readPublicPem(pem);
  const isOurs = key?.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === MODULUS_BITS;
  return isOurs ? publicKeyOf(key) : undefined;
}

/**
 * RSA-OAEP, SHA-256 for hash and MGF1 (RFC 8017 §7.1.1).
 * @param plaintext at most `OAEP_MAX_BYTES`.
 * @returns 512 bytes.
 */
export function sealOaep({ key }: OaepPublicKey, plaintext: Secret, label?: Uint8Array): Buffer {
  return plaintext.use((bytes) => publicEncrypt({ key, oaepHash: HASH, oaepLabel: label }, bytes));
}

/**
 * The other way (RFC 8017 §7.1.2).
 * @returns the plaintext, or undefined, the same whatever is wrong: to know which would open ciphertexts (Manger).
 */
export function openOaep(
  privateKey: KeyObject,
  ciphertext: Uint8Array,
  label?: Uint8Array,
): Secret | undefined {
  if (ciphertext.length !== CIPHERTEXT_BYTES) return undefined;
  try {
    return Secret.take(privateDecrypt({ key: privateKey, oaepHash: HASH, oaepLabel: label }, ciphertext));
  } catch {
    // The key is a good one and the length is right, so what is left is a ciphertext that was not sealed for it.
    return undefined;
  }
}

function pairOf(privateKey: KeyObject): OaepKeyPair {
  return { privateKey, publicKey: publicKeyOf(createPublicKey(privateKey)) };
}

function publicKeyOf(key: KeyObject): OaepPublicKey {
  const der = key.export({ type: 'spki', format: 'der' });
  return {
    key,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: createHash('sha256').update(der).digest('base64url'),
  };
}

/** Only what says of itself that it is public: Node would take a private key's public half as well. */
function readPublicPem(pem: string): KeyObject | undefined {
  if (!pem.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    // Whatever Node can't read as a public key is none.
    return undefined;
  }
}
