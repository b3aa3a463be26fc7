import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openToTemporary, readPrelude } from '../../agent/engine/open-file.ts';
import { readManifest } from '../../agent/folders/manifest-bytes.ts';
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
  expect(RELEASED.length).toBeGreaterThanOrEqual(4);
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

test('the manifest of version 1 lists what lies beside it', async () => {
  const within = (name: string) => path.join(import.meta.dirname, 'v1', name);
  const manifest = RELEASED.find(({ enc }) => enc === within('sealkeep-folder.enc'));
  const { plaintext } = readEnc(
    await readFile(within('sealkeep-folder.enc')),
    Buffer.from(manifest?.dek ?? '', 'base64'),
  );
  const { header, folders, files, kept, links } = await readManifest(inPieces(plaintext));
  const mtime = 1_795_163_400_000_000;
  expect(header).toEqual({ name: 'album 相簿', mode: 0o755, mtime });
  expect(folders.map(({ path: folder, mode }) => [folder, mode])).toEqual([
    ['deep', 0o700],
    ['deep/nothing in it', 0o555],
  ]);
  expect([...files].map(({ path: file, mode, mtime: time }) => [file, mode, time])).toEqual([
    ['letter 信.txt', 0o644, mtime],
    ['film.mov', 0o640, mtime + 123_456],
  ]);
  for (const { sealed, resource_name, size, path: file } of files) {
    const key = parseKeyFile(await readFile(within(`${sealed}.key`), 'utf8'));
    expect(key).toMatchObject({ resource_name, size, name: file });
  }
  expect(kept.map(({ path: file }) => file)).toEqual(['deep/empty.txt.enc', 'deep/empty.txt.key']);
  for (const { sealed, size } of kept) expect(await readFile(within(sealed))).toHaveLength(size);
  expect(links).toEqual([{ kind: 'link', path: 'deep/letter', target: '../letter 信.txt' }]);
});

async function* inPieces(plaintext: Buffer) {
  yield [plaintext];
}
