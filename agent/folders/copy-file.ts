import { constants, lstat } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Attributes, setAttributes } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { type Source, type StreamSource, sourceLabel } from '../engine/source.ts';
import { readAt, type SourceFile, withSourceFile } from '../engine/source-file.ts';
import { openStreamReader } from '../engine/stream-reader.ts';
import type { Temporaries } from '../engine/temporaries.ts';
import { writeTemporary } from '../engine/temporary-file.ts';

export interface FileToCopy extends Control {
  readonly source: Source;
  readonly folder: string;
  /** Only its owner's where none are given. */
  readonly attributes?: Attributes | undefined;
  onProgress?(bytes: number): void;
}

/** Between two of them it can be paused and cancelled. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies a plain file, not one that a link leads to, or a stream, byte for byte into a synced temporary one.
 * @returns its path. The caller publishes or removes it.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_CHANGED, OUTPUT_NO_SPACE,
 *   OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left then.
 */
export async function copyToTemporary(temporaries: Temporaries, file: FileToCopy): Promise<string> {
  const { source, folder, attributes, signal } = file;
  const copy = (input: ToCopy) =>
    writeTemporary(
      temporaries,
      folder,
      async (output) => {
        await output.writeFile(chunksOf(input, file));
        await input.assertUnchanged();
        if (attributes) await setAttributes(output, attributes);
      },
      signal,
    );
  if (typeof source !== 'string') return withStream(source, signal, copy);
  await assertNoLink(source);
  const read = ({ handle, bytes, assertUnchanged }: SourceFile) =>
    copy({ bytes, assertUnchanged, read: (length, position) => readAt(handle, source, length, position) });
  // What comes under the name after that look is not followed either.
  return withSourceFile(source, read, constants.O_NOFOLLOW);
}

/** A file while it is read, from its first byte to its last one. */
interface ToCopy extends Pick<SourceFile, 'bytes' | 'assertUnchanged'> {
  /** @returns fewer bytes only where it ends before; they are good until the next call. */
  read(length: number, position: number): Promise<Uint8Array>;
}

async function withStream<T>(
  source: StreamSource,
  signal: AbortSignal | undefined,
  copy: (input: ToCopy) => Promise<T>,
): Promise<T> {
  const reader = await openStreamReader(source, signal);
  try {
    return await copy({ bytes: source.size, assertUnchanged: reader.assertEnd, read: reader.read });
  } finally {
    reader.close();
  }
}

/** Windows has no flag for that. */
async function assertNoLink(file: string): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    throw inputError(error, file);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
}

async function* chunksOf(
  { read, bytes }: ToCopy,
  { source, signal, gate, onProgress }: FileToCopy,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; ) {
    await passGate({ signal, gate });
    const chunk = await read(Math.min(CHUNK_BYTES, bytes - done), done);
    if (chunk.length === 0) throw new SealkeepError('FILE_CHANGED', { file: sourceLabel(source) });
    yield chunk;
    done += chunk.length;
    onProgress?.(done);
  }
}
