import type { Logger } from 'pino';
import type { UnnamedBlobStore } from '../stores/unnamed-blob-store.ts';
import type { BlobFolder } from './blob-folder.ts';

interface Parts {
  readonly blobs: BlobFolder;
  readonly unnamed: UnnamedBlobStore;
  readonly logger: Logger;
}

/**
 * Removes a blob if no file names it, and only then forgets it: a crash in between finds it here again. What fails is
 * logged and left to the next start, for the caller's own work is already decided, either way.
 */
export async function removeUnnamed({ blobs, unnamed, logger }: Parts, blob: string): Promise<void> {
  try {
    if (!(await unnamed.has(blob))) return;
    await blobs.remove(blob);
    await unnamed.remove(blob);
  } catch (error) {
    logger.warn({ err: error }, 'a blob that no file names stays until the next start');
  }
}

/** What crashes left, before any upload begins. */
export async function sweepBlobs(parts: Parts): Promise<void> {
  await parts.blobs.sweepTemporaries();
  for (const blob of await parts.unnamed.all()) await removeUnnamed(parts, blob);
}
