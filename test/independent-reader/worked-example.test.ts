import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sealStream } from '../../agent/vectors/memory-stream.ts';
import { keyFileMac } from '../../core/crypto/file-key.ts';
import { sha256 } from '../../core/crypto/hash.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { layoutForPlaintext, SEGMENT_BYTES } from '../../core/crypto/stream-layout.ts';
import { keyFileClaims } from '../../shared/formats/key-file.ts';
import { encodePrelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { readEnc, streamKey } from './read-enc.ts';
import { writeEnc } from './write-enc.ts';

const page = readFileSync(new URL('../../docs/file-format.md', import.meta.url), 'utf8');
function shown(pattern: RegExp): string {
  const [, text] = pattern.exec(page) ?? [];
  if (text === undefined) throw new Error(`the page shows nothing like ${pattern}`);
  return text;
}
const hex = (pattern: RegExp) => Buffer.from(shown(pattern).replace(/\s/g, ''), 'hex');

const dek = hex(/^DEK +(\w+)$/m);
const plaintext = hex(/^plaintext +(\w+)/m);
const header = shown(/^ +(\{"resource_name".*\})$/m);
const salt = hex(/^ +(\w{64}) +salt$/m);
const noncePrefix = hex(/^ +(\w{14}) +nonce prefix$/m);
const enc = hex(/```\n(5345414c[0-9a-f\n]+)```/);
const prelude = Buffer.concat([hex(/^prelude +(5345414c4b454550 01 \w{8})/m), Buffer.from(header)]);

/** The engine's steps, in memory. */
function sealed(content: Buffer): Buffer {
  const { bytes } = encodePrelude(JSON.parse(header));
  const parameters = { dek: Secret.take(Buffer.from(dek)), associatedData: bytes };
  const stream = { salt, noncePrefix };
  return Buffer.concat([bytes, sealStream({ ...parameters, segmentBytes: SEGMENT_BYTES }, stream, content)]);
}

describe('the worked example of docs/file-format.md', () => {
  test('is what Sealkeep and an independent writer seal, and opens to what it says', () => {
    expect(enc).toHaveLength(252);
    expect(sealed(plaintext).equals(enc)).toBe(true);
    expect(writeEnc({ dek, header, salt, noncePrefix, plaintext }).equals(enc)).toBe(true);
    expect(readEnc(enc, dek).plaintext.equals(plaintext)).toBe(true);
  });

  test('consists of the parts that it shows', () => {
    const segment = hex(/^segment 0 +(\w+ \w+)/m);
    expect(Buffer.concat([prelude, Buffer.of(0x28), salt, noncePrefix, segment]).equals(enc)).toBe(true);
    expect(Buffer.from(parsePrelude(enc).bytes).equals(prelude)).toBe(true);
    expect(streamKey(dek, salt, prelude).equals(hex(/^stream key +(\w+)$/m))).toBe(true);
  });

  test('has a second one of two segments', () => {
    const zeros = Buffer.alloc(1_048_521);
    const large = sealed(zeros);
    expect(large).toHaveLength(1_048_783);
    expect(writeEnc({ dek, header, salt, noncePrefix, plaintext: zeros }).equals(large)).toBe(true);
    const [, from, to] = /^tag 0 .*bytes (\d+) to (\d+)/m.exec(page) ?? [];
    expect(large.subarray(Number(from), Number(to) + 1).equals(hex(/^tag 0 +(\w+)/m))).toBe(true);
    expect(large.subarray(Number(to) + 1).equals(hex(/^segment 1 +(\w+ \w+)/m))).toBe(true);
    expect(sha256(large).toString('hex')).toBe(shown(/^SHA-256 +(\w+)/m));
  });

  test('has the mac of its .key', () => {
    const claims = JSON.parse(shown(/^(\{"created_at".*\})$/m));
    expect(keyFileMac(Secret.take(Buffer.from(dek)), keyFileClaims(claims))).toBe(shown(/^mac {13}(\S+)$/m));
  });

  test('has a table of lengths that the layout gives', () => {
    const rows = [...page.matchAll(/^\| ([\d,]+) \| ([\d,]+) \| (\d+)/gm)];
    const number = (text = '') => Number(text.replaceAll(',', ''));
    expect(rows.length).toBe(5);
    for (const [, bytes, payload, segments] of rows) {
      expect(layoutForPlaintext(number(bytes))).toMatchObject({
        ...{ streamBytes: number(payload), segments: number(segments) },
      });
    }
  });
});
