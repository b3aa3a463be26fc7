import { SealkeepError } from '../../../shared/errors/error.ts';

/** Both ends included, as HTTP has them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part that a `Range` header asks of `size` bytes (RFC 9110 §14). A header that is no single byte range is one to
 * ignore: the whole answers it.
 * @returns undefined for the whole.
 * @throws SealkeepError CLOUD_RANGE_REFUSED where no byte of it is there.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new SealkeepError('CLOUD_RANGE_REFUSED');
  return { first, last };
}

/** Whether an `If-Match` header lets an entity tag pass; none lets everything pass. */
export function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined || header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim() === etag);
}
