import { sha256 } from '../../core/crypto/hash.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForStream, streamRange } from '../../core/crypto/stream-layout.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { openRange, openStream, type StreamParameters, sealStream } from './memory-stream.ts';
import {
  type Crafted,
  edited,
  type Invalid,
  type PartialRead,
  plaintextOf,
  type Range,
  type Vector,
  vectorFile,
} from './vector-file.ts';

export interface VectorCount {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Checks this program's own encryption against a file of published streams, every entry of every kind once.
 * @param json a file such as `test/vectors/tink-stream.json`; anything else counts as one failure.
 * @param report gets a line for each failure.
 */
export function runVectors(json: unknown, report: (line: string) => void): VectorCount {
  const file = vectorFile.safeParse(json);
  if (!file.success) {
    report('not a file of stream vectors');
    return { passed: 0, failed: 1 };
  }
  const { vectors, invalid, crafted, noncanonical, ranges, partialReads } = file.data;
  const byName = new Map(vectors.map((vector) => [vector.name, vector]));
  const made = new Map<string, MadeVector>();
  const base = (name: string): MadeVector => {
    const vector = byName.get(name);
    if (!vector) throw new Mismatch(`there is no vector ${name}`);
    const found = made.get(name) ?? { vector, stream: streamOf(vector) };
    made.set(name, found);
    return found;
  };

  const checks: (readonly [string, () => void])[] = [
    ...vectors.map((entry) => [entry.name, () => checkVector(base(entry.name))] as const),
    ...invalid.map(
      (entry) => [`${entry.base}/${entry.what}`, () => checkInvalid(entry, base(entry.base))] as const,
    ),
    ...crafted.map((entry) => [entry.name, () => checkCrafted(entry, entry.expect === 'accept')] as const),
    // Tink opens these; we refuse a second stream for one plaintext, in every way of reading.
    ...noncanonical.map((entry) => [entry.name, () => checkCrafted(entry, false)] as const),
    ...ranges.map(
      (entry) =>
        [
          `${entry.vector}/${entry.offset}+${entry.length}`,
          () => checkRange(entry, base(entry.vector)),
        ] as const,
    ),
    ...partialReads.map((entry) => [entry.name, () => checkPartialRead(entry, base(entry.base))] as const),
  ];
  const failures = checks.flatMap(([name, check]) => {
    const why = failureOf(check);
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  for (const line of failures) report(line);
  return { passed: checks.length - failures.length, failed: failures.length };
}

interface MadeVector {
  readonly vector: Vector;
  /** Encrypted here, with the vector's own salt and nonce prefix. */
  readonly stream: Buffer;
}

class Mismatch extends Error {}

function failureOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    if (isSealkeepError(error)) return `refused with ${error.code}`;
    throw error;
  }
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Mismatch(what);
}

function parametersOf(entry: Pick<Vector, 'ikmHex' | 'aadHex' | 'segmentSize'>): StreamParameters {
  return {
    dek: Secret.take(Buffer.from(entry.ikmHex, 'hex')),
    associatedData: Buffer.from(entry.aadHex, 'hex'),
    segmentBytes: entry.segmentSize,
  };
}

function streamOf(vector: Vector): Buffer {
  const header = parseStreamHeader(Buffer.from(vector.headerHex, 'hex'));
  return sealStream(parametersOf(vector), header, plaintextOf(vector));
}

function isRefused(read: () => Buffer): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (isSealkeepError(error, 'FILE_DAMAGED')) return true;
    throw error;
  }
}

function checkVector({ vector, stream }: MadeVector): void {
  const plaintext = plaintextOf(vector);
  demand(sha256(plaintext).toString('hex') === vector.plaintextSha256, 'the plaintext is not the one meant');
  const layout = layoutForStream(stream.length, vector.segmentSize);
  demand(layout.segments === vector.segments, 'another number of segments');
  for (const [index, tag] of (vector.segmentTagsHex ?? []).entries()) {
    const { offset, length } = streamRange(layout, index);
    const end = offset + length;
    demand(
      stream.subarray(end - tag.length / 2, end).toString('hex') === tag,
      `another tag of segment ${index}`,
    );
  }
  demand(stream.length === vector.ciphertextLength, 'another length');
  demand(sha256(stream).toString('hex') === vector.ciphertextSha256, 'other bytes');
  const given =
    vector.ciphertextBase64 === undefined ? stream : Buffer.from(vector.ciphertextBase64, 'base64');
  demand(given.equals(stream), 'other bytes than those listed');
  demand(openStream(parametersOf(vector), given).equals(plaintext), 'opens to another plaintext');
}

function damagedStream(entry: Invalid | PartialRead, { stream }: MadeVector): Buffer {
  const damaged = edited(stream, entry);
  const digest = sha256(damaged).toString('hex');
  demand(damaged.length === entry.ciphertextLength, 'the edit gives another length');
  demand(digest.startsWith(entry.sha256First8), 'the edit gives other bytes');
  return damaged;
}

function checkInvalid(entry: Invalid, made: MadeVector): void {
  const { ikmHex, aadHex, segmentSize } = made.vector;
  const parameters = parametersOf({
    ikmHex: entry.ikmHex ?? ikmHex,
    aadHex: entry.aadHex ?? aadHex,
    segmentSize: entry.segmentSize ?? segmentSize,
  });
  const damaged = damagedStream(entry, made);
  demand(
    isRefused(() => openStream(parameters, damaged)),
    'was not refused',
  );
}

function checkCrafted(entry: Crafted, isGood: boolean): void {
  const stream = Buffer.from(entry.ciphertextBase64, 'base64');
  demand(sha256(stream).toString('hex') === entry.ciphertextSha256, 'the stream is not the one meant');
  const parameters = parametersOf(entry);
  if (isGood) demand(openStream(parameters, stream).equals(plaintextOf(entry)), 'opens to another plaintext');
  else {
    demand(
      isRefused(() => openStream(parameters, stream)),
      'was not refused',
    );
    demand(
      isRefused(() => openRange(parameters, stream, 0, stream.length)),
      'was not refused as a range',
    );
  }
}

function checkRange({ offset, length, returned, sha256First8 }: Range, { vector, stream }: MadeVector): void {
  const bytes = openRange(parametersOf(vector), stream, offset, length);
  demand(bytes.length === returned, 'another length');
  demand(sha256(bytes).toString('hex').startsWith(sha256First8), 'other bytes');
}

/** Where Tink answers we may refuse, as the strict reader does; where Tink refuses we must. */
function checkPartialRead(entry: PartialRead, made: MadeVector): void {
  const { offset, length, tink } = entry;
  const damaged = damagedStream(entry, made);
  const read = () => openRange(parametersOf(made.vector), damaged, offset, length);
  if (isRefused(read)) return;
  demand(tink === 'OK', 'was not refused');
  const plaintext = plaintextOf(made.vector).subarray(offset, offset + length);
  demand(read().equals(plaintext), 'other bytes');
}
