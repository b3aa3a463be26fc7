import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Secret } from './secret.ts';

const generate = promisify(generateKeyPair);

export type SigningAlgorithm = 'EdDSA' | 'RS256';

/** A key pair that signs one kind of token. */
export interface SigningKey {
  readonly algorithm: SigningAlgorithm;
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JsonWebKey;
}

/** A fresh pair: Ed25519, or RSA-3072 for RS256. RSA takes a second or so, off this thread. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey } =
    algorithm === 'EdDSA' ? await generate('ed25519') : await generate('rsa', { modulusLength: 3072 });
  return signingKeyOf(algorithm, privateKey);
}

/** The private key as PKCS#8 DER, for keeping at rest. */
export function exportSigningKey(key: SigningKey): Secret {
  return Secret.take(key.privateKey.export({ type: 'pkcs8', format: 'der' }));
}

/** @param pkcs8 what `exportSigningKey` gave. */
export function importSigningKey(algorithm: SigningAlgorithm, pkcs8: Secret): SigningKey {
  return signingKeyOf(
    algorithm,
    pkcs8.use((key) => createPrivateKey({ key, type: 'pkcs8', format: 'der' })),
  );
}

function signingKeyOf(algorithm: SigningAlgorithm, privateKey: KeyObject): SigningKey {
  const publicJwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { algorithm, privateKey, publicJwk, kid: keyIdOf(publicJwk) };
}

/** The thumbprint of a public key (RFC 7638): SHA-256 in base64url over the required members in their order. */
export function keyIdOf({ kty, crv, e, n, x }: JsonWebKey): string {
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
