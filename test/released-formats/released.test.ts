import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openToTemporary, readPrelude } from '../../agent/engine/open-file.ts';
import { isKeyFileMac } from '../../core/crypto/file-key.ts';
import { sha256 } from '../../core/crypto/hash.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { keyFileClaims, parseKeyFile } from '../../shared/formats/key-file.ts';
import { readEnc } from '../independent-reader/read-enc.ts';
import { createEngineBench, type EngineBench } from '../support/engine.ts';
import { RELEASED } from './samples.ts';

let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());

test('there are some of every version', () => {
  expect(RELEASED.length).toBeGreaterThanOrEqual(2);
});

test.each(RELEASED)('$label opens as it did when it was released', async (sample) => {
  const bytes = Buffer.from(sample.dek, 'base64');
  const dek = Secret.take(Buffer.from(bytes));
  const { prelude } = await readPrelude(sample.enc);
  const { folder, engine } = bench;
  const { temporary, plaintextBytes } = await openToTemporary(engine, {
    ...{ source: sample.enc, prelude, folder, dek },
  });
  expect(plaintextBytes).toBe(sample.bytes);
  const { plaintext, resourceName } = readEnc(await readFile(sample.enc), bytes);
  for (const opened of [await readFile(temporary), plaintext])
    expect(sha256(opened).toString('hex')).toBe(sample.sha256);

  const key = parseKeyFile(await readFile(sample.key, 'utf8'));
  expect(isKeyFileMac(dek, keyFileClaims(key), key.mac)).toBe(true);
  expect(key).toMatchObject({ resource_name: resourceName, name: sample.name, size: sample.bytes });
});
