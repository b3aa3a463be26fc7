import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { SigningKey } from './key-pairs.ts';
import { isRocaModulus } from './weak-rsa.ts';

/** Algorithms that tokens may be signed with, by what kind of key. `none` and the HMAC ones are never among them. */
const ALGORITHMS_OF: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'ec P-256': ['ES256'],
  ed25519: ['EdDSA', 'Ed25519'],
};
const MIN_RSA_BITS = 2048;

/** Public members only: what else a set holds, even a private key, is dropped unread. */
const jwk = z.object({
  kty: z.string(),
  kid: z.string().min(1).max(256),
  use: z.string().default('sig'),
  key_ops: z.array(z.string()).default(['verify']),
  alg: z.string().optional(),
  crv: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  /** Ours: the one kind of token that a key signs (docs/decisions/0003-one-key-per-token.md). */
  sealkeep_typ: z.string().optional(),
});
export const jwks = z.object({ keys: z.array(z.unknown()).max(100) });
export type Jwks = z.infer<typeof jwks>;

export interface VerifyingKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
  readonly typ: string | undefined;
}

/** The keys of one issuer by their `kid`. */
export type KeySet = ReadonlyMap<string, VerifyingKey>;

/** Keys that we can't use (other kinds, other uses, too short, malformed, without a `kid`) are left out. */
export function parseKeySet(set: Jwks): KeySet {
  const keys = set.keys.map(verifyingKeyOf).filter((key) => key !== undefined);
  return new Map(keys.map((key) => [key.kid, key]));
}

function verifyingKeyOf(value: unknown): VerifyingKey | undefined {
  const parsed = jwk.safeParse(value);
  if (!parsed.success) return undefined;
  const { kid, use, key_ops, alg, crv, sealkeep_typ, ...members } = parsed.data;
  if (use !== 'sig' || !key_ops.includes('verify')) return undefined;
  const key = importPublicJwk({ crv, ...members });
  if (!key || isWeakRsa(key, members.n)) return undefined;
  const kind = key.asymmetricKeyType === 'ec' ? `ec ${crv}` : (key.asymmetricKeyType ?? '');
  const algorithms = (ALGORITHMS_OF[kind] ?? []).filter(
    (algorithm) => alg === undefined || algorithm === alg,
  );
  return algorithms.length > 0 ? { kid, key, algorithms, typ: sealkeep_typ } : undefined;
}

/** Too short, with an exponent that hides nothing, or from a generator that is broken. */
function isWeakRsa(key: KeyObject, modulus: string | undefined): boolean {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined || publicExponent === undefined) return false;
  return modulusLength < MIN_RSA_BITS || publicExponent < 3n || isRocaModulus(modulus ?? '');
}

function importPublicJwk(members: Readonly<Record<string, string | undefined>>): KeyObject | undefined {
  const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  try {
    return createPublicKey({ key: present, format: 'jwk' });
  } catch {
    // Whatever Node can't read as a public key is none: the set's other keys still count.
    return undefined;
  }
}

/** The JWKS that publishes signing keys, each bound to the one `typ` that it signs. */
export function publishKeySet(keys: readonly { readonly typ: string; readonly key: SigningKey }[]): Jwks {
  return {
    keys: keys.map(({ typ, key }) => ({
      ...key.publicJwk,
      kid: key.kid,
      use: 'sig',
      alg: key.algorithm,
      sealkeep_typ: typ,
    })),
  };
}
