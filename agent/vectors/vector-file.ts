import { z } from 'zod';

/** The shape of `test/vectors/tink-stream.json`, whose `howToRead` explains the fields. */

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const size = z.number().int().nonnegative();
const piece = z.union([z.tuple([size, size]), hex]);

const stream = {
  segmentSize: z.number().int().min(57),
  ikmHex: hex,
  aadHex: hex,
  plaintextLength: size,
  plaintextGenerator: z.enum(['affine', 'mul32']),
  ciphertextLength: size,
  ciphertextSha256: hex,
};

const vector = z.object({
  ...stream,
  name: z.string(),
  plaintextHex: hex.optional(),
  plaintextSha256: hex,
  segments: size,
  headerHex: hex.length(80),
  ciphertextBase64: z.base64().optional(),
  segmentTagsHex: z.array(hex).optional(),
});

/** How a damaged stream is made from the vector named `base`. */
const edit = {
  base: z.string(),
  pieces: z.array(piece).optional(),
  flips: z.array(z.tuple([size, z.number().int().min(1).max(255)])).optional(),
  ciphertextLength: size,
  sha256First8: hex.length(16),
};

const invalid = z.object({
  ...edit,
  what: z.string(),
  aadHex: hex.optional(),
  ikmHex: hex.optional(),
  segmentSize: stream.segmentSize.optional(),
});

const crafted = z.object({ ...stream, name: z.string(), expect: z.string(), ciphertextBase64: z.base64() });

const range = z.object({
  vector: z.string(),
  offset: size,
  length: size,
  returned: size,
  sha256First8: hex.length(16),
});

const partialRead = z.object({
  ...edit,
  name: z.string(),
  offset: size,
  length: size,
  tink: z.enum(['OK', 'REJECT']),
});

export const vectorFile = z.object({
  vectors: z.array(vector).min(1),
  invalid: z.array(invalid).default([]),
  crafted: z.array(crafted.extend({ expect: z.enum(['accept', 'reject']) })).default([]),
  noncanonical: z.array(crafted).default([]),
  ranges: z.array(range).default([]),
  partialReads: z.array(partialRead).default([]),
});

export type Vector = z.infer<typeof vector>;
export type Invalid = z.infer<typeof invalid>;
export type Crafted = z.infer<typeof crafted>;
export type Range = z.infer<typeof range>;
export type PartialRead = z.infer<typeof partialRead>;

/** The bytes that a stream of the file was made from. */
export function plaintextOf(entry: {
  readonly plaintextHex?: string | undefined;
  readonly plaintextLength: number;
  readonly plaintextGenerator: 'affine' | 'mul32';
}): Buffer {
  if (entry.plaintextHex !== undefined) return Buffer.from(entry.plaintextHex, 'hex');
  const plaintext = Buffer.alloc(entry.plaintextLength);
  for (let index = 0; index < plaintext.length; index += 1)
    plaintext[index] =
      entry.plaintextGenerator === 'affine' ? index * 131 + 7 : Math.imul(index, 0x9e3779b1) >>> 24;
  return plaintext;
}

/** The stream that an entry's `pieces` and `flips` make of its base. */
export function edited(base: Buffer, { pieces, flips }: Pick<Invalid, 'pieces' | 'flips'>): Buffer {
  const parts = pieces?.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'hex') : base.subarray(part[0], part[1]),
  );
  const stream = Buffer.concat(parts ?? [base]);
  for (const [position, mask] of flips ?? []) stream[position] = (stream[position] ?? 0) ^ mask;
  return stream;
}
