import { open } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type EntryHeader, HEADER_LENGTH_BYTES } from './entries.ts';

const CHUNK_BYTES = 512 * 1024;

/** A small entry. */
export function* textEntry(name: string, text: string): Generator<Buffer> {
  const content = Buffer.from(text);
  yield headerOf({ name, bytes: content.length });
  yield content;
}

/**
 * A file as an entry, read as it is asked for.
 * @throws SealkeepError FILE_CHANGED where it gets shorter meanwhile, and the system's error; ENOENT before anything of it
 *   was given.
 */
export async function* fileEntry(name: string, file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    yield headerOf({ name, bytes: size });
    for (let position = 0; position < size; ) {
      const length = Math.min(CHUNK_BYTES, size - position);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position);
      if (bytesRead === 0) throw new SealkeepError('FILE_CHANGED', { file });
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function headerOf(header: EntryHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(HEADER_LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}
