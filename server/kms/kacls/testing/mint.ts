import { exportSigningKey, generateSigningKey, type SigningKey } from '../../../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../../../core/crypto/key-set.ts';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Mints tokens that `signToken` never would: without times, by the wrong algorithm, under another's `kid`.
 * A claim that is `undefined` is left out.
 */
export async function mint(key: SigningKey, header: Claims, claims: Claims): Promise<string> {
  const parts = [{ alg: key.algorithm, kid: key.kid, ...header }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const pkcs8 = exportSigningKey(key).use((bytes) => Uint8Array.from(bytes));
  const signer = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const signature = await crypto.subtle.sign('Ed25519', signer, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

/** What a token says of itself, whoever signed it. */
export function readToken(token: string): { header: Claims; claims: Claims } {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return { header: JSON.parse(header ?? ''), claims: JSON.parse(claims ?? '') };
}

/** Somebody who signs tokens, and publishes the key. */
export async function createSigner(typ = 'JWT') {
  const key = await generateSigningKey('EdDSA');
  return { key, jwks: publishKeySet([{ typ, key }]) };
}

export type Signer = Awaited<ReturnType<typeof createSigner>>;
