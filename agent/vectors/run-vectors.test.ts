import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runVectors } from './run-vectors.ts';

const text = readFileSync(new URL('../../test/vectors/tink-stream.json', import.meta.url), 'utf8');

/** A file of one small vector and what hangs on it, changed by `change`. */
function smallFile(change: (file: Record<string, Record<string, unknown>[]>) => void): unknown {
  const file = JSON.parse(text);
  const name = 'seg4096-empty-aad-none';
  file.vectors = file.vectors.filter((entry: { name: string }) => entry.name === name);
  file.invalid = file.invalid.filter((entry: { base: string }) => entry.base === name).slice(0, 3);
  file.ranges = [];
  file.partialReads = [];
  change(file);
  return file;
}

function run(json: unknown) {
  const lines: string[] = [];
  return { ...runVectors(json, (line) => lines.push(line)), lines };
}

describe('the published streams of Tink', () => {
  test('are made and read byte for byte, and what Tink refuses is refused', () => {
    const file = JSON.parse(text);
    const entries = ['vectors', 'invalid', 'crafted', 'noncanonical', 'ranges', 'partialReads'];
    const count = entries.reduce((sum, kind) => sum + file[kind].length, 0);
    expect(run(file)).toEqual({ passed: count, failed: 0, lines: [] });
    expect(count).toBe(355);
  });
});

describe('a corrupted vector file reports failures', () => {
  test('an unchanged small file passes', () => {
    expect(run(smallFile(() => undefined))).toMatchObject({ failed: 0 });
  });

  test.each([
    ['other ciphertext', { ciphertextBase64: Buffer.alloc(56).toString('base64') }],
    ['another digest', { ciphertextSha256: '00'.repeat(32) }],
    ['another plaintext', { plaintextSha256: '00'.repeat(32) }],
    ['another key', { ikmHex: '00'.repeat(32) }],
    ['other associated data', { aadHex: '00' }],
    ['another number of segments', { segments: 2 }],
    ['a header of another length', { headerHex: '29'.repeat(40) }],
    ['another header', { headerHex: `28${'00'.repeat(39)}` }],
    ['a wrong tag', { segmentTagsHex: ['00'.repeat(16)] }],
  ])('%s', (_, change) => {
    const { failed, lines } = run(smallFile((file) => Object.assign(file['vectors']?.[0] ?? {}, change)));
    expect(failed).toBeGreaterThan(0);
    expect(lines).toHaveLength(failed);
  });

  test('an invalid entry that is none', () => {
    const { failed, lines } = run(
      smallFile((file) => {
        const [vector] = file['vectors'] ?? [];
        const sha256First8 = String(vector?.['ciphertextSha256']).slice(0, 16);
        file['invalid'] = [
          { base: 'seg4096-empty-aad-none', what: 'nothing', ciphertextLength: 56, sha256First8 },
        ];
      }),
    );
    expect(failed).toBe(1);
    expect(lines).toEqual(['seg4096-empty-aad-none/nothing: was not refused']);
  });

  test('an entry on a vector that is missing', () => {
    const json = smallFile((file) => Object.assign(file['invalid']?.[0] ?? {}, { base: 'nowhere' }));
    expect(run(json).failed).toBe(1);
  });

  test.each([[undefined], [{}], [[]], ['text'], [{ vectors: [] }]])('%j is no vector file', (json) => {
    expect(run(json)).toEqual({ passed: 0, failed: 1, lines: ['not a file of stream vectors'] });
  });
});
