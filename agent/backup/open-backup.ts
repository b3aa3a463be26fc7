import { open } from 'node:fs/promises';
import { parsePassphraseLines } from '../../core/crypto/passphrase-lines.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from '../engine/file-errors.ts';
import { openSegments, streamOfFile } from '../engine/open-segments.ts';
import { openStreamReader, type StreamReader } from '../engine/stream-reader.ts';
import { BACKUP_LINES } from './lines-kind.ts';

/** More than two such lines ever have. */
const MAX_LINES_BYTES = 1024;

export interface SealedBackup {
  /** The plaintext, checked piece by piece; all of it is there only if this ends without an error. */
  readonly pieces: AsyncIterable<Buffer>;
  close(): void;
}

/**
 * Opens a backup.
 * @throws SealkeepError BACKUP_UNKNOWN, BACKUP_PASSPHRASE_REFUSED, FILE_NOT_FOUND, FILE_NOT_READABLE; its pieces throw
 *   BACKUP_DAMAGED.
 */
export async function openBackup(
  file: string,
  ask: () => Promise<string>,
  signal: AbortSignal,
): Promise<SealedBackup> {
  const { text, size } = await beginningOf(file);
  const end = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
  const lines = parsePassphraseLines(BACKUP_LINES, text.slice(0, end));
  if (!lines) throw new SealkeepError('BACKUP_UNKNOWN', { file });
  const dek = await lines.open(await ask());
  if (!dek) throw new SealkeepError('BACKUP_PASSPHRASE_REFUSED', { file });
  const reader = await openStreamReader(streamOfFile(file, size), signal);
  return {
    pieces: piecesOf(file, reader, Buffer.from(text.slice(0, end), 'latin1'), dek, signal),
    close() {
      reader.close();
      dek.destroy();
    },
  };
}

async function* piecesOf(
  file: string,
  reader: StreamReader,
  lines: Buffer,
  dek: Secret,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const sealed = { label: file, reader, prelude: { bytes: lines }, encBytes: undefined, dek, signal };
  try {
    for await (const pieces of openSegments(sealed)) yield* pieces;
  } catch (error) {
    if (!(error instanceof SealkeepError) || error.code !== 'FILE_DAMAGED') throw error;
    throw new SealkeepError('BACKUP_DAMAGED', { file }, { cause: error });
  }
}

async function beginningOf(file: string): Promise<{ readonly text: string; readonly size: number }> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAX_LINES_BYTES), 0, MAX_LINES_BYTES, 0);
      // Bytes as they are: what is no text is no such line.
      return { text: buffer.toString('latin1', 0, bytesRead), size: (await handle.stat()).size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw inputError(error, file);
  }
}
