import { rm } from 'node:fs/promises';
import path from 'node:path';
import { formatPassphraseLines } from '../../core/crypto/passphrase-lines.ts';
import type { PasswordCost } from '../../core/crypto/password-hash.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { syncFolder } from '../../core/durable/folder.ts';
import { publishFile } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { sealSegments } from '../engine/seal-segments.ts';
import type { Content } from '../engine/source.ts';
import { openStreamReader } from '../engine/stream-reader.ts';
import type { Temporaries } from '../engine/temporaries.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';
import { BACKUP_LINES, DEK_BYTES } from './lines-kind.ts';

export interface SealBackupRequest {
  readonly file: string;
  readonly passphrase: string;
  readonly content: Content;
  readonly temporaries: Temporaries;
  readonly signal: AbortSignal;
  readonly cost?: PasswordCost;
  onProgress?(plaintextBytes: number): void;
}

/**
 * Seals a backup into a new file of its owner's alone (docs/backup.md): two lines with a fresh key under the passphrase,
 * then the content as the stream that every `.enc` has, with those lines as its associated data. The file has its name only
 * once all of it is durable.
 * @returns its bytes.
 * @throws SealkeepError OUTPUT_TAKEN, OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED, and what the content throws.
 */
export async function sealBackup(request: SealBackupRequest): Promise<number> {
  const { file, passphrase, content, temporaries, signal, cost, onProgress } = request;
  const folder = path.dirname(file);
  const dek = Secret.random(DEK_BYTES);
  let bytes = 0;
  try {
    const lines = Buffer.from(await formatPassphraseLines(BACKUP_LINES, passphrase, dek, cost));
    const temporary = await writeTemporary(
      temporaries,
      folder,
      async (output) => {
        const reader = await openStreamReader(content, signal);
        try {
          const clear = { label: content.name, reader, plaintextBytes: undefined, dek, signal };
          for await (const { pieces, plaintextBytes } of sealSegments({
            ...clear,
            prelude: { bytes: lines },
          })) {
            for (const piece of pieces) {
              await output.writeFile(piece);
              bytes += piece.length;
            }
            onProgress?.(plaintextBytes);
          }
        } finally {
          reader.close();
        }
      },
      signal,
    );
    await publish(temporaries, temporary, file);
    return bytes;
  } finally {
    dek.destroy();
  }
}

async function publish(temporaries: Temporaries, temporary: string, file: string): Promise<void> {
  const folder = path.dirname(file);
  try {
    if (!(await publishFile(temporary, file, temporaries))) {
      await rm(temporary, { force: true });
      throw new SealkeepError('OUTPUT_TAKEN', { file });
    }
    await syncFolder(folder);
  } catch (error) {
    throw await cleanedUp(error, temporary, folder);
  }
}
