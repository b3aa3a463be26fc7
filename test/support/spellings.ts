/**
 * How bytes may stand in a log, a file or a message: raw, in hex, and in base64 and base64url with padding or without.
 * Inside a longer text that was itself encoded the same bytes may begin at each of three places of a group of four
 * characters; what of them does not depend on their neighbours is looked for there.
 */
function spellings(secret: Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const end = (shift + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(Math.ceil((shift * 8) / 6), end);
  });
  const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
  const hex = bytes.toString('hex');
  const texts = new Set([hex, hex.toUpperCase(), ...shifted, ...shifted.map(url)]);
  return [bytes, ...Array.from(texts, (text) => Buffer.from(text))];
}

/** Something that must not be found, and what it is. */
export interface Canary {
  readonly kind: string;
  readonly secret: Uint8Array;
}

const HEAD_BYTES = 4;

/**
 * Looks for all canaries in all spellings in one pass: there are hundreds, and a heap has fifty million bytes.
 * @returns gives the kinds of those that stand in some bytes.
 */
export function createFinder(canaries: readonly Canary[]): (where: Uint8Array) => string[] {
  const byHead = new Map<number, { readonly kind: string; readonly spelling: Buffer }[]>();
  const isHeadsHalf = new Uint8Array(2 ** 16);
  for (const { kind, secret } of canaries) {
    for (const spelling of spellings(secret)) {
      const head = spelling.readUInt32BE(0);
      isHeadsHalf[head >>> 16] = 1;
      byHead.set(head, [...(byHead.get(head) ?? []), { kind, spelling }]);
    }
  }
  return (where) => {
    const bytes = Buffer.from(where.buffer, where.byteOffset, where.byteLength);
    const found = new Set<string>();
    let head = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      head = ((head << 8) | (bytes[end] ?? 0)) >>> 0;
      if (isHeadsHalf[head >>> 16] === 0) continue;
      const at = end + 1 - HEAD_BYTES;
      for (const { kind, spelling } of byHead.get(head) ?? []) {
        if (at >= 0 && spelling.equals(bytes.subarray(at, at + spelling.length))) found.add(kind);
      }
    }
    return [...found];
  };
}
