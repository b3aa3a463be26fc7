import { type CompactJWSHeaderParameters, compactVerify, decodeProtectedHeader } from 'jose';
import { keyIdOf, type SigningKey } from './key-pairs.ts';
import { parseKeySet, type VerifyingKey } from './key-set.ts';
import { signEd25519 } from './signatures.ts';

export interface VerifiedJws {
  readonly header: CompactJWSHeaderParameters;
  readonly payload: Uint8Array;
}

/**
 * Verifies a compact JWS by one key and an algorithm that is the key's (RFC 7515 §5.2). A header that has anything
 * critical is refused: nothing critical is known here.
 * @returns undefined where it does not hold; why is nobody's business.
 */
export async function verifyJws(text: string, key: VerifyingKey): Promise<VerifiedJws | undefined> {
  try {
    const { protectedHeader, payload } = await compactVerify(text, key.key, {
      algorithms: [...key.algorithms],
    });
    return protectedHeader.crit === undefined ? { header: protectedHeader, payload } : undefined;
  } catch {
    // jose reports every failure by throwing; a refused signature is an ordinary answer here.
    return undefined;
  }
}

/**
 * A compact JWS by an Ed25519 key, at once: for what is signed inside a transaction. Its header brings the public key
 * along, for whoever has nothing else of the signer; to believe that key is another matter.
 */
export function signJws(key: SigningKey, typ: string, payload: unknown): string {
  const { kty, crv, x } = key.publicJwk;
  const header = { alg: key.algorithm, typ, kid: key.kid, jwk: { kty, crv, x } };
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${signEd25519(key, Buffer.from(input)).toString('base64url')}`;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The key that a JWS's header brings along; undefined where it brings none that its `kid` names. */
export function keyInJws(text: string): VerifyingKey | undefined {
  try {
    const { jwk, kid = '', typ } = decodeProtectedHeader(text);
    const set = parseKeySet({ keys: [{ ...Object(jwk), kid, use: 'sig', sealkeep_typ: typ }] });
    return jwk && keyIdOf({ ...jwk }) === kid ? set.get(kid) : undefined;
  } catch {
    // As above: what can't be decoded brings nothing.
    return undefined;
  }
}

/** The `kid` of a JWS, good for looking up a key that is known; undefined where it says none. */
export function kidOfJws(text: string): string | undefined {
  try {
    return decodeProtectedHeader(text).kid;
  } catch {
    // As above.
    return undefined;
  }
}
