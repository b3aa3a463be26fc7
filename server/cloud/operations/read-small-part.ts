import type { Readable } from 'node:stream';
import { SealkeepError } from '../../../shared/errors/error.ts';

/**
 * Reads a stream of UTF-8 text into memory.
 * @param limit bytes.
 * @throws SealkeepError REQUEST_TOO_LARGE where it is longer.
 */
export async function readSmallPart(stream: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new SealkeepError('REQUEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
