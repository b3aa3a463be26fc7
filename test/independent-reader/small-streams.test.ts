import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openStream, sealStream } from '../../agent/vectors/memory-stream.ts';
import { edited, plaintextOf, vectorFile } from '../../agent/vectors/vector-file.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { someBytes } from '../support/engine.ts';
import { readStream } from './read-enc.ts';
import { writeStream } from './write-enc.ts';

/** Segments small enough for many of them: the same steps as of 1 MiB, which `read-enc.test.ts` has. */
const SEGMENT_SIZES = [57, 58, 64, 97, 4096];
const HEADER = 40;
const TAG = 16;

/** How much plaintext ends just before, at and just behind the end of one of the first segments. */
function lengthsRound(segmentSize: number): number[] {
  const capacity = segmentSize - TAG;
  const ends = [0, 1, 2, 3, 7].map((full) => (full + 1) * capacity - HEADER);
  return [...new Set([0, 1, ...ends.flatMap((end) => [end - 1, end, end + 1])])];
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(Buffer.from);
const parameters = {
  dek: bytes(32),
  salt: bytes(32),
  noncePrefix: bytes(7),
  associatedData: fc.uint8Array({ maxLength: 1100 }).map(Buffer.from),
};
interface Parameters {
  readonly dek: Buffer;
  readonly salt: Buffer;
  readonly noncePrefix: Buffer;
  readonly associatedData: Buffer;
}

const ours = ({ dek, associatedData }: Pick<Parameters, 'dek' | 'associatedData'>, segmentBytes: number) => ({
  dek: Secret.take(Buffer.from(dek)),
  associatedData,
  segmentBytes,
});

/** Both readers' answers: the plaintext, or nothing where it is refused. */
function opened(given: Pick<Parameters, 'dek' | 'associatedData'>, segmentSize: number, stream: Buffer) {
  const answer = (read: () => Buffer) => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  return [
    answer(() => openStream(ours(given, segmentSize), stream)),
    answer(() => readStream({ ...given, stream, segmentSize })),
  ] as const;
}

const CASES = SEGMENT_SIZES.flatMap((segmentSize) =>
  lengthsRound(segmentSize).map((length) => [length, segmentSize] as const),
);

describe('round every border', () => {
  test.each(CASES)('%i bytes in segments of %i: one stream of one plaintext', (length, segmentSize) => {
    const plaintext = someBytes(length);
    fc.assert(
      fc.property(fc.record(parameters), (given) => {
        const stream = sealStream(ours(given, segmentSize), given, plaintext);
        expect(stream.equals(writeStream({ ...given, plaintext, segmentSize }))).toBe(true);
        const [one, other] = opened(given, segmentSize, stream);
        expect(one?.equals(plaintext) && other?.equals(plaintext)).toBe(true);
      }),
      { numRuns: 3 },
    );
  });
});

/** What may happen to a stream, each a change of its bytes. */
const harms = {
  flip: (stream: Buffer, at: number) => {
    const changed = Buffer.from(stream);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    return changed;
  },
  cut: (stream: Buffer, at: number) => stream.subarray(0, at),
  append: (stream: Buffer, at: number) => Buffer.concat([stream, stream.subarray(at)]),
  drop: (stream: Buffer, at: number) => Buffer.concat([stream.subarray(0, at), stream.subarray(at + 1)]),
};

test('whatever happens to a stream, at whichever byte, both readers refuse it', () => {
  const [given] = fc.sample(fc.record(parameters), { numRuns: 1, seed: 1 });
  if (!given) throw new Error('no parameters');
  // 1 byte, a full last segment, and one of several with a short end.
  for (const [length, segmentSize] of [
    [1, 64],
    [57 - 56, 57],
    [97 * 3, 97],
    [3 * 81 - 40, 97],
  ] as const) {
    const stream = sealStream(ours(given, segmentSize), given, someBytes(length));
    for (const [name, harm] of Object.entries(harms))
      for (let at = 0; at < stream.length; at += 1)
        expect(opened(given, segmentSize, harm(stream, at)), `${name} ${at}`).toEqual([undefined, undefined]);
  }
});

test('cells in any other order, or not all of them, are refused by both', () => {
  const segmentSize = 64;
  fc.assert(
    fc.property(
      fc.record(parameters),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
      (given, order) => {
        fc.pre(order.join() !== '0,1,2,3,4');
        const stream = sealStream(ours(given, segmentSize), given, someBytes(5 * 48 - HEADER - 5));
        const cells = order.map((cell) => stream.subarray(cell * segmentSize, (cell + 1) * segmentSize));
        expect(opened(given, segmentSize, Buffer.concat(cells))).toEqual([undefined, undefined]);
      },
    ),
  );
});

describe('the published vectors, which are Tink’s', () => {
  const text = readFileSync(new URL('../vectors/tink-stream.json', import.meta.url), 'utf8');
  const file = vectorFile.parse(JSON.parse(text));
  const hex = (digits: string) => Buffer.from(digits, 'hex');
  const givenOf = (entry: { ikmHex: string; aadHex: string }) => ({
    dek: hex(entry.ikmHex),
    associatedData: hex(entry.aadHex),
  });
  const streams = new Map(
    file.vectors.map((vector) => {
      const header = hex(vector.headerHex);
      const plaintext = plaintextOf(vector);
      const stream = writeStream({
        ...givenOf(vector),
        salt: header.subarray(1, 33),
        noncePrefix: header.subarray(33),
        plaintext,
        segmentSize: vector.segmentSize,
      });
      return [vector.name, { vector, plaintext, stream }];
    }),
  );

  test('are written and read by the independent ones as by Tink', () => {
    for (const { vector, plaintext, stream } of streams.values()) {
      expect(stream).toHaveLength(vector.ciphertextLength);
      if (vector.ciphertextBase64 !== undefined)
        expect(stream.toString('base64')).toBe(vector.ciphertextBase64);
      const read = readStream({ ...givenOf(vector), stream, segmentSize: vector.segmentSize });
      expect(read.equals(plaintext), vector.name).toBe(true);
    }
    expect(streams.size).toBeGreaterThan(20);
  });

  test('are refused by the independent reader where they are invalid', () => {
    for (const { base, what, aadHex, ikmHex, segmentSize, ...edit } of file.invalid) {
      const made = streams.get(base);
      if (!made) throw new Error(`there is no vector ${base}`);
      const { vector } = made;
      const given = givenOf({ aadHex: aadHex ?? vector.aadHex, ikmHex: ikmHex ?? vector.ikmHex });
      const stream = edited(made.stream, edit);
      const read = () => readStream({ ...given, stream, segmentSize: segmentSize ?? vector.segmentSize });
      expect(read, `${base}/${what}`).toThrow();
    }
    for (const entry of [...file.crafted.filter((one) => one.expect === 'reject'), ...file.noncanonical]) {
      const stream = Buffer.from(entry.ciphertextBase64, 'base64');
      const read = () => readStream({ ...givenOf(entry), stream, segmentSize: entry.segmentSize });
      expect(read, entry.name).toThrow();
    }
  });
});
