import { createSecretKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { z } from 'zod';
import { openBytes } from './aead.ts';
import { deriveKey } from './hkdf.ts';

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

test('AES-256-GCM: valid messages open, all others are refused', () => {
  const message = z.object({
    tcId: z.number(),
    key: hex,
    iv: hex,
    aad: hex,
    msg: hex,
    ct: hex,
    tag: hex,
    result,
  });
  const group = z.object({ keySize: z.number(), ivSize: z.number(), tests: z.array(message) });
  const tests = readGroups('aes_gcm_test.json', group)
    .filter(({ keySize, ivSize }) => keySize === 256 && ivSize === 96)
    .flatMap(({ tests }) => tests);
  expect(tests).toHaveLength(66);
  for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
    const opened = openBytes(createSecretKey(key), Buffer.concat([iv, ct, tag]), aad);
    expect(opened?.toString('hex'), `test ${tcId}`).toBe(
      result === 'valid' ? msg.toString('hex') : undefined,
    );
  }
});

test('HKDF-SHA-256: the first 32 bytes of every output that has as many', () => {
  const derivation = z.object({
    tcId: z.number(),
    ikm: hex,
    salt: hex,
    info: hex,
    size: z.number(),
    okm: hex,
    result,
  });
  const tests = readGroups('hkdf_sha256_test.json', z.object({ tests: z.array(derivation) }))
    .flatMap(({ tests }) => tests)
    .filter(({ size, result }) => result === 'valid' && size >= 32);
  expect(tests.length).toBeGreaterThan(40);
  for (const { tcId, ikm, salt, info, okm } of tests) {
    const key = deriveKey(createSecretKey(ikm), salt, info).export();
    expect(key.toString('hex'), `test ${tcId}`).toBe(okm.toString('hex', 0, 32));
  }
});
