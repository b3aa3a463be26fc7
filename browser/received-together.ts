import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { parseInput } from '../server/platform/http/endpoint.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { LIMITS } from '../shared/limits.ts';
import { SMALL_FILE } from './page/protocol.ts';

const list = z.array(z.tuple([z.string().max(64), z.int().min(0).max(SMALL_FILE)])).max(LIMITS.smallFiles);

/** A ticket and a length take no more, with what is between them. */
const LIST_BYTES = LIMITS.smallFiles * 128;
/** A single file may be larger than what goes together. */
const MOST_BYTES = LIST_BYTES + LIMITS.smallFilesBytes + SMALL_FILE;

/**
 * Small files in one request: a line of JSON with ticket and length of each, then their bytes.
 * @throws SealkeepError REQUEST_INVALID; of none of them anything was taken then.
 */
export async function receivedTogether(
  request: IncomingMessage,
): Promise<{ readonly ticket: string; readonly bytes: Buffer }[]> {
  const refused = (reason: string) => new SealkeepError('REQUEST_INVALID', { reason });
  const length = Number(request.headers['content-length']);
  if (!(length <= MOST_BYTES)) throw refused('content-length');
  const body = await buffer(request);
  const end = body.subarray(0, LIST_BYTES).indexOf('\n');
  const files = parseInput(list, end < 0 ? undefined : parsed(body.toString('utf8', 0, end)));
  let at = end + 1;
  const received = files.map(([ticket, size]) => {
    const bytes = body.subarray(at, at + size);
    at += size;
    return { ticket, bytes };
  });
  if (at !== body.length) throw refused('lengths');
  return received;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
