import { constants } from 'node:fs';
import { access, type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { randomId } from '../../../core/crypto/random.ts';
import { makeFolder, syncFolder } from '../../../core/durable/folder.ts';
import { codeOf } from '../../../core/durable/publish.ts';
import { temporaryName } from '../../../core/durable/write-file.ts';
import { writeBlob } from './write-blob.ts';

/** A blob that lies in the folder, whole and synced, but does not have its name yet. */
export interface ReceivedBlob {
  readonly id: string;
  readonly size: number;
  /** Its first bytes, enough for a prelude. */
  readonly start: Buffer;
}

/** The `.enc` files, each under a random id, in one folder. What they are called is the database's business. */
export interface BlobFolder {
  /**
   * Writes a stream to a temporary file and syncs it. A crash leaves a file that the next start sweeps; a failure
   * leaves none.
   * @param limit bytes.
   * @throws SealkeepError CLOUD_QUOTA_EXCEEDED where the stream is longer, or the disk is full.
   */
  receive(source: Readable, limit: number): Promise<ReceivedBlob>;
  /** Gives it its name, durably. A crash before leaves a temporary file, after it a blob. */
  keep(blob: ReceivedBlob): Promise<void>;
  /** Removes it if it was not kept. */
  discard(blob: ReceivedBlob): Promise<void>;
  /** @returns undefined where there is none. Whoever holds it reads on, even when the blob is removed. */
  open(id: string): Promise<FileHandle | undefined>;
  /** Durable when it resolves; no error where it is gone already. */
  remove(id: string): Promise<void>;
  /** Removes what uploads left that a crash broke off. Only before any upload begins. */
  sweepTemporaries(): Promise<void>;
  /** @throws where the folder can't be written. */
  check(): Promise<void>;
}

const TEMPORARY_ENDING = path.extname(temporaryName(''));

export async function openBlobFolder(folder: string): Promise<BlobFolder> {
  await makeFolder(folder);
  const pathOf = (id: string) => path.join(folder, id);
  const temporaries = new WeakMap<ReceivedBlob, string>();

  return {
    async receive(source, limit) {
      const id = randomId();
      const temporary = temporaryName(pathOf(id));
      const blob = { id, ...(await writeBlob(temporary, source, limit)) };
      temporaries.set(blob, temporary);
      return blob;
    },
    async keep(blob) {
      const temporary = temporaries.get(blob);
      if (temporary === undefined) throw new TypeError('no blob of this folder');
      await rename(temporary, pathOf(blob.id));
      temporaries.delete(blob);
      await syncFolder(folder);
    },
    async discard(blob) {
      const temporary = temporaries.get(blob);
      if (temporary !== undefined) await rm(temporary, { force: true });
    },
    async open(id) {
      try {
        return await open(pathOf(id), 'r');
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
      await syncFolder(folder);
    },
    async sweepTemporaries() {
      for (const name of await readdir(folder)) {
        if (name.startsWith('.') && name.endsWith(TEMPORARY_ENDING)) await rm(pathOf(name), { force: true });
      }
    },
    check: () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK),
  };
}
