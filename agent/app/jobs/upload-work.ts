import { rm } from 'node:fs/promises';
import { sealFiles } from '../../jobs/seal-files.ts';
import { uploadFiles } from '../../jobs/upload-files.ts';
import type { OfferedFile } from '../file-refs.ts';
import type { PlannedFile } from './drop-plan.ts';
import { asPerson, type WorkParts } from './job-session.ts';
import { keysOf } from './open-work.ts';
import { outputFolderOf } from './output-folder.ts';
import { outputsOf, pairOf, singleFile } from './single-file.ts';
import type { RunOptions, Work } from './work.ts';

/** Uploads one `.enc` with its key, or a plain file, which is sealed first. */
export function uploadWork(parts: WorkParts, { file, isSealed, key }: PlannedFile): Work {
  const { name, size, source } = file;
  return {
    kind: 'upload',
    name,
    size,
    canRetry: () => file.isHeld && (key?.isHeld ?? true),
    run: (how) =>
      isSealed
        ? asPerson(parts, how.signal, async (jobs) => {
            const request = { sources: [source], keys: keysOf(file, key), signal: how.signal };
            await singleFile(how.progress, (report) => uploadFiles(jobs, request, report));
            return [];
          })
        : sealAndUpload(parts, file, how),
  };
}

/** The pair stays where a seal would have put it; where the upload fails or is cancelled it goes again. */
function sealAndUpload(parts: WorkParts, { source, size }: OfferedFile, { signal, progress }: RunOptions) {
  return asPerson(parts, signal, async (jobs) => {
    const folder = await outputFolderOf(source, parts.outputFolder());
    const { out } = await singleFile(
      (bytes, total) => progress(bytes, total * 2),
      (report) => sealFiles(jobs, { sources: [source], folder, signal }, report),
    );
    const pair = pairOf(out);
    try {
      await singleFile(
        (bytes, total) => progress(size + bytes, size + total),
        (report) => uploadFiles(jobs, { sources: [out], signal }, report),
      );
    } catch (error) {
      for (const made of pair) await rm(made, { force: true });
      throw error;
    }
    return outputsOf(pair);
  });
}
