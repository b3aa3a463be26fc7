import { constants, lstat } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Attributes, setAttributes } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { readAt, type SourceFile, withSourceFile } from '../engine/source-file.ts';
import type { Temporaries } from '../engine/temporaries.ts';
import { writeTemporary } from '../engine/temporary-file.ts';

export interface FileToCopy extends Control {
  readonly source: string;
  readonly folder: string;
  /** Only its owner's where none are given. */
  readonly attributes?: Attributes | undefined;
  onProgress?(bytes: number): void;
}

/** Between two of them it can be paused and cancelled. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies a plain file, not one that a link leads to, byte for byte into a synced temporary one.
 * @returns its path. The caller publishes or removes it.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_CHANGED, OUTPUT_NO_SPACE,
 *   OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left then.
 */
export async function copyToTemporary(temporaries: Temporaries, file: FileToCopy): Promise<string> {
  const { source, folder, attributes, signal } = file;
  await assertNoLink(source);
  const copy = (input: SourceFile) =>
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
  // What comes under the name after that look is not followed either.
  return withSourceFile(source, copy, constants.O_NOFOLLOW);
}

/** Windows has no flag for that. */
async function assertNoLink(file: string): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    throw inputError(error, file);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
}

async function* chunksOf(
  { handle, bytes }: SourceFile,
  { source, signal, gate, onProgress }: FileToCopy,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; ) {
    await passGate({ signal, gate });
    const chunk = await readAt(handle, source, Math.min(CHUNK_BYTES, bytes - done), done);
    if (chunk.length === 0) throw new SealkeepError('FILE_CHANGED', { file: source });
    yield chunk;
    done += chunk.length;
    onProgress?.(done);
  }
}
