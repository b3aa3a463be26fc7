import { SealkeepError } from '../../shared/errors/error.ts';
import { type EntryHeader, entryHeader, HEADER_LENGTH_BYTES, MAX_HEADER_BYTES } from './entries.ts';

/** One entry as it comes; its content has to be read before the next one is asked for. */
export interface ReadEntry extends EntryHeader {
  /** Pieces are good until the next one. @throws SealkeepError BACKUP_DAMAGED where the backup ends before. */
  content(): AsyncGenerator<Buffer>;
}

/**
 * The entries of a backup.
 * @param pieces its plaintext, in pieces that are good until the next one.
 * @throws SealkeepError BACKUP_DAMAGED where these are no such entries, and what `pieces` throws.
 */
export async function* readEntries(pieces: AsyncIterable<Buffer>): AsyncGenerator<ReadEntry> {
  const iterator = pieces[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  /** What there is next, at most so many bytes; undefined at the end. */
  async function take(most: number): Promise<Buffer | undefined> {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done) return undefined;
      rest = next.value;
    }
    const taken = rest.subarray(0, most);
    rest = rest.subarray(taken.length);
    return taken;
  }

  async function* content(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      const piece = await take(left);
      if (!piece) throw damaged('the backup ends within an entry');
      left -= piece.length;
      yield piece;
    }
  }

  async function exactly(bytes: number): Promise<Buffer> {
    const whole = Buffer.alloc(bytes);
    let done = 0;
    for await (const piece of content(bytes)) done += piece.copy(whole, done);
    return whole;
  }

  try {
    for (let first = await take(1); first; first = await take(1)) {
      // A copy: what comes next may take the place of these bytes.
      const start = Buffer.from(first);
      const length = Buffer.concat([start, await exactly(HEADER_LENGTH_BYTES - 1)]).readUInt32BE();
      if (length > MAX_HEADER_BYTES) throw damaged('an entry has too long a header');
      const header = parseHeader(await exactly(length));
      let isRead = false;
      yield {
        ...header,
        async *content() {
          isRead = true;
          yield* content(header.bytes);
        },
      };
      if (!isRead) throw new TypeError('an entry was left unread');
    }
  } finally {
    await iterator.return?.();
  }
}

function parseHeader(json: Buffer): EntryHeader {
  try {
    return entryHeader.parse(JSON.parse(json.toString('utf8')));
  } catch (cause) {
    throw damaged('an entry has a header that is none', cause);
  }
}

function damaged(reason: string, cause?: unknown): SealkeepError {
  return new SealkeepError('BACKUP_DAMAGED', {}, { cause: new Error(reason, { cause }) });
}
