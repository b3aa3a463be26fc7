import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../core/crypto/hash.ts';
import { writeEnc } from '../independent-reader/write-enc.ts';
import { RELEASED } from '../released-formats/samples.ts';
import { someBytes } from '../support/engine.ts';

const page = readFileSync(new URL('../../docs/opener.html', import.meta.url), 'utf8');
const inside = (tag: string) => new RegExp(`<${tag}>(.*)</${tag}>`, 's').exec(page)?.[1] ?? '';
const script = inside('script');

describe('the page', () => {
  test.each(['script', 'style'])('runs the one %s that its policy names', (tag) => {
    expect(page.match(new RegExp(`<${tag}\\b`, 'g'))).toHaveLength(1);
    expect(page).toContain(`${tag}-src 'sha256-${sha256(inside(tag)).toString('base64')}'`);
  });

  test('loads nothing, sends nothing, and makes no markup of what it is given', () => {
    expect(page).toContain(`content="default-src 'none'; `);
    expect(page).not.toMatch(/\b(?:src|href|action|srcset)=|@import|url\(|https?:/);
    expect(script).not.toMatch(/fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\s*\(|innerHTML|eval\(/);
  });
});

/** The page's own code for the format, which has nothing of a page in it. */
interface Opener {
  readSealed(
    file: File,
    dek: Uint8Array,
  ): Promise<{ count: number; plaintext: number; openSegment(number: number): Promise<ArrayBuffer> }>;
  parseKey(text: string): Uint8Array;
}
const [format = ''] = script.split('/* ---- Where the opened file goes');
const opener: Opener = runInThisContext(`(() => { ${format}; return { readSealed, parseKey }; })()`);

async function open(enc: Uint8Array<ArrayBuffer>, dek: Uint8Array): Promise<Buffer> {
  const { count, plaintext, openSegment } = await opener.readSealed(new File([enc], 'x.enc'), dek);
  const parts: Buffer[] = [];
  for (let number = 0; number < count; number += 1) parts.push(Buffer.from(await openSegment(number)));
  const opened = Buffer.concat(parts);
  expect(opened).toHaveLength(plaintext);
  return opened;
}

const MIB = 1024 * 1024;
const CONTENT = {
  dek: someBytes(32),
  header: JSON.stringify({ resource_name: 'r', kacls_url: 'k', aead: 'AES256_GCM_HKDF_1MB' }),
  salt: someBytes(64).subarray(32),
  noncePrefix: someBytes(7),
};
const sealed = (plaintext: Buffer) => Buffer.from(writeEnc({ ...CONTENT, plaintext }));

describe('its reader of the format', () => {
  test.each([0, 1, MIB - 57, MIB - 56, MIB - 55, 2 * MIB - 73, 2 * MIB - 72, 2 * MIB - 71])(
    'opens %i bytes as an independent writer sealed them',
    async (length) => {
      const plaintext = someBytes(length);
      expect((await open(sealed(plaintext), CONTENT.dek)).equals(plaintext)).toBe(true);
    },
  );

  test('refuses every byte of a small file changed once, and every shorter length', async () => {
    const enc = sealed(Buffer.from('what was sealed'));
    for (let at = 0; at < enc.length; at += 1) {
      const changed = Buffer.from(enc);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed, CONTENT.dek), `byte ${at}`).rejects.toHaveProperty('text');
      await expect(open(enc.subarray(0, at), CONTENT.dek), `${at} bytes`).rejects.toHaveProperty('text');
    }
  });

  test('refuses segments swapped, dropped, repeated or cut off', async () => {
    const enc = sealed(someBytes(3 * MIB));
    const start = enc.length - (3 * MIB + 40 + 4 * 16);
    const cell = (index: number) => enc.subarray(start + index * MIB, start + (index + 1) * MIB);
    for (const order of [[0, 2, 1, 3], [0, 2, 3], [0, 1, 1, 2, 3], [0, 1, 2], [0]]) {
      const harmed = Buffer.concat([enc.subarray(0, start), ...order.map(cell)]);
      await expect(open(harmed, CONTENT.dek)).rejects.toHaveProperty('text', 'damaged');
    }
  });

  test.each(RELEASED)(
    'opens $label, with the key as it is printed',
    async ({ enc, dek, sha256: expected }) => {
      const plaintext = await open(await readFile(enc), opener.parseKey(` ${dek}\n`));
      expect(sha256(plaintext).toString('hex')).toBe(expected);
    },
  );

  test('takes a key in base64 or hexadecimal, and nothing else', () => {
    const key = someBytes(32);
    for (const text of [key.toString('base64'), key.toString('hex'), key.toString('hex').toUpperCase()])
      expect(Buffer.from(opener.parseKey(text)).equals(key)).toBe(true);
    for (const text of ['', 'secret', key.toString('base64').slice(1), key.toString('hex').slice(2)])
      expect(() => opener.parseKey(text)).toThrow('badKey');
  });
});
