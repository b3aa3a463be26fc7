import { createPrivateKey, createSecretKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { z } from 'zod';
import { openBytes } from './aead.ts';
import { deriveKey } from './hkdf.ts';
import { verifyJws } from './jws.ts';
import { parseKeySet } from './key-set.ts';
import { openOaep } from './rsa-oaep.ts';
import { verifyEd25519 } from './signatures.ts';

const hex = z.string().transform((text) => Buffer.from(text, 'hex'));
const result = z.enum(['valid', 'invalid', 'acceptable']);

/** The vectors are not in the tree: they lie beside the project where it is built, or where the variable says. */
const folder =
  process.env['WYCHEPROOF_DIR'] ?? path.resolve(import.meta.dirname, '../../../shared/vectors/wycheproof');
const test = anyTest.skipIf(!existsSync(folder));
if (!existsSync(folder)) process.stderr.write(`Wycheproof vectors skipped: ${folder} is not there.\n`);

function readGroups<T extends z.ZodType>(file: string, group: T): z.infer<T>[] {
  return z
    .object({ testGroups: z.array(group) })
    .parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))).testGroups;
}

/** What every vector says of itself. */
const verdict = { tcId: z.number(), result };

interface Verdict {
  readonly tcId: number;
  readonly result: z.infer<typeof result>;
}

/** Vectors where we decide otherwise than their file says, each with the reason. */
type Deviations = Readonly<Record<string, { readonly isTaken: boolean; readonly tests: readonly number[] }>>;

/** Compares what we take with what the file says; each deviation is named, and none is named for nothing. */
async function compare<Vector extends Verdict>(
  vectors: readonly Vector[],
  isTaken: (vector: Vector) => boolean | Promise<boolean>,
  deviations: Deviations = {},
): Promise<void> {
  const named = new Map(
    Object.entries(deviations).flatMap(([reason, { isTaken, tests }]) =>
      tests.map((tcId) => [tcId, { reason, isTaken }] as const),
    ),
  );
  const deviating: number[] = [];
  for (const vector of vectors) {
    const taken = await isTaken(vector);
    const { reason, isTaken: expected } = named.get(vector.tcId) ?? { isTaken: vector.result === 'valid' };
    expect(taken, `test ${vector.tcId}${reason ? `, although: ${reason}` : ''}`).toBe(expected);
    if (taken !== (vector.result === 'valid')) deviating.push(vector.tcId);
  }
  expect(deviating).toEqual([...named.keys()].sort((one, two) => one - two));
}

const aesGroups = z.object({
  keySize: z.number(),
  ivSize: z.number(),
  tests: z.array(z.object({ ...verdict, key: hex, iv: hex, aad: hex, msg: hex, ct: hex, tag: hex })),
});

test('AES-256-GCM: valid messages open, all others are refused', async () => {
  const tests = readGroups('aes_gcm_test.json', aesGroups)
    .filter(({ keySize, ivSize }) => keySize === 256 && ivSize === 96)
    .flatMap(({ tests }) => tests);
  expect(tests).toHaveLength(66);
  await compare(tests, ({ key, iv, aad, msg, ct, tag }) => {
    const opened = openBytes(createSecretKey(key), Buffer.concat([iv, ct, tag]), aad);
    if (opened) expect(opened.toString('hex')).toBe(msg.toString('hex'));
    return opened !== undefined;
  });
});

/** Ours are 96 bits long, in one place: what was sealed under another is a message that was changed. */
test('AES-256-GCM: nothing opens under an IV of another length, none at all included', () => {
  const groups = readGroups('aes_gcm_test.json', aesGroups).filter(
    ({ keySize, ivSize }) => keySize === 256 && ivSize !== 96,
  );
  expect(new Set(groups.map(({ ivSize }) => ivSize))).toContain(0);
  for (const { tcId, key, iv, aad, ct, tag } of groups.flatMap(({ tests }) => tests)) {
    const opened = openBytes(createSecretKey(key), Buffer.concat([iv, ct, tag]), aad);
    expect(opened, `test ${tcId}`).toBeUndefined();
  }
});

test('AES-256-GCM: no shorter key is taken', () => {
  const groups = readGroups('aes_gcm_test.json', aesGroups).filter(({ keySize }) => keySize !== 256);
  expect(groups.length).toBeGreaterThan(20);
  for (const { tcId, key, iv, aad, ct, tag } of groups.flatMap(({ tests }) => tests)) {
    const sealed = Buffer.concat([iv, Buffer.alloc(12), ct, tag]);
    const open = () => openBytes(createSecretKey(key), sealed, aad);
    expect(open, `test ${tcId}`).toThrow('Invalid key length');
  }
});

/** We only ever take 256 bits, so there is no asking for too much: the three invalid ones cannot be put to us. */
test('HKDF-SHA-256: every valid output begins as ours, or ours as it', () => {
  const derivation = z.object({
    ...verdict,
    ...{ ikm: hex, salt: hex, info: hex, size: z.number(), okm: hex },
  });
  const tests = readGroups('hkdf_sha256_test.json', z.object({ tests: z.array(derivation) }))
    .flatMap(({ tests }) => tests)
    .filter(({ size }) => size <= 255 * 32);
  expect(tests).toHaveLength(83);
  for (const { tcId, ikm, salt, info, okm, result } of tests) {
    const key = deriveKey(createSecretKey(ikm), salt, info).export();
    const common = Math.min(key.length, okm.length);
    expect(result, `test ${tcId}`).toBe('valid');
    expect(key.toString('hex', 0, common), `test ${tcId}`).toBe(okm.toString('hex', 0, common));
  }
});

test('RSA-OAEP-4096 with SHA-256: valid ciphertexts open, all others are refused alike', async () => {
  const group = z.object({
    privateKeyPkcs8: hex,
    tests: z.array(z.object({ ...verdict, msg: hex, ct: hex, label: hex })),
  });
  const groups = readGroups('rsa_oaep_4096_sha256_mgf1sha256_test.json', group);
  const vectors = groups.flatMap(({ privateKeyPkcs8, tests }) => {
    const privateKey = createPrivateKey({ key: privateKeyPkcs8, type: 'pkcs8', format: 'der' });
    return tests.map((one) => ({ ...one, privateKey }));
  });
  expect(vectors).toHaveLength(37);
  await compare(vectors, ({ privateKey, ct, label, msg }) => {
    const opened = openOaep(privateKey, ct, label);
    opened?.use((bytes) => expect(bytes.toString('hex')).toBe(msg.toString('hex')));
    return opened !== undefined;
  });
});

test('Ed25519: valid signatures hold, all others are refused', async () => {
  const group = z.object({
    publicKey: z.object({ pk: hex }),
    tests: z.array(z.object({ ...verdict, msg: hex, sig: hex })),
  });
  const vectors = readGroups('ed25519_test.json', group).flatMap(({ publicKey, tests }) =>
    tests.map((one) => ({ ...one, pk: publicKey.pk })),
  );
  expect(vectors).toHaveLength(151);
  await compare(vectors, ({ pk, msg, sig }) => verifyEd25519(pk, msg, sig));
});

const jwk = z.record(z.string(), z.unknown());
const jws = z.object({ ...verdict, jws: z.string() });

/** As a door does it: the issuer's keys, the one that the header names, that key's algorithms. */
async function isHeld(keys: readonly unknown[], text: string): Promise<boolean> {
  const set = parseKeySet({ keys: [...keys] });
  const [head = ''] = text.split('.');
  // What names no key we could have goes to all of them: the signature alone is to decide.
  const named = set.get(kidOf(head) ?? '');
  for (const key of named ? [named] : set.values()) {
    if (verifyJws(text, key)) return true;
  }
  return false;
}

function kidOf(head: string): string | undefined {
  try {
    return JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).kid;
  } catch {
    // Some of the vectors have no header that could be read.
    return undefined;
  }
}

const NO_SHARED_KEYS = 'a key that signs and verifies is none for tokens';

test('JWS: what is taken is valid', async () => {
  const group = z.object({ public: jwk.optional(), private: jwk.optional(), tests: z.array(jws) });
  const vectors = readGroups('json_web_signature_test.json', group).flatMap(
    ({ public: open, private: secret, tests }) => tests.map((one) => ({ ...one, key: open ?? secret })),
  );
  expect(vectors).toHaveLength(401);
  await compare(vectors, ({ key, jws }) => isHeld([key], jws), {
    // Two of them have a `?` in their base64url besides, and two stand in the file as invalid as well.
    [NO_SHARED_KEYS]: { isTaken: false, tests: [1, 348, 352, 357, 358, 359, 372, 373, 376, 377] },
    // The file marks tokens by PS384 valid under keys that are for RS256 or PS256.
    'the algorithm is not the one that the key is for': { isTaken: false, tests: [346, 350] },
    // Of RFC 7520; and the key's own `alg` is written ES521, which there is not.
    'P-521 is none of our algorithms': { isTaken: false, tests: [347, 351] },
  });
});

test('JWK: keys that are no good for tokens are left out', async () => {
  const set = z.object({ keys: z.array(jwk) });
  const group = z.object({ public: set.optional(), private: set.optional(), tests: z.array(jws) });
  const vectors = readGroups('json_web_key_test.json', group).flatMap(
    ({ public: open, private: secret, tests }) =>
      tests.map((one) => ({ ...one, keys: (open ?? secret)?.keys ?? [] })),
  );
  expect(vectors).toHaveLength(26);
  await compare(vectors, ({ keys, jws }) => isHeld(keys, jws), {
    [NO_SHARED_KEYS]: { isTaken: false, tests: [2, 13, 14, 15] },
  });
});
