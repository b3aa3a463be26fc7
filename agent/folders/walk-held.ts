import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { joinSteps, lastStep } from '../../shared/names/folder-path.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { isTemporaryName } from '../engine/temporaries.ts';
import type { HeldFolder } from './held-folder.ts';
import { isKeyOf, lookAtSealed } from './look-at-sealed.ts';
import type { FoundEntry, WalkOptions } from './walk-folder.ts';

/** Its holder can't tell: nobody but the owner, as with single files of a page. */
export const HELD_MODES = { folder: 0o700, file: 0o600 } as const;

/**
 * Walks a folder that somebody else holds, in the order that its tree was told. It knows of no links.
 * @param mtime of folders: nobody told theirs.
 * @throws SealkeepError JOB_CANCELLED
 */
export async function* walkHeld(
  folder: HeldFolder,
  mtime: number,
  { signal, withTemporaries, leaveOut }: WalkOptions,
): AsyncGenerator<FoundEntry> {
  for (const { path, error } of folder.unheld) leaveOut(joinSteps(folder.name, path), error);
  const kept = await sealedBefore(folder, signal);
  for await (const some of inBreaths(folder.entries)) {
    if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    for (const [path, file] of some) {
      if (isTemporaryName(lastStep(path)) && !withTemporaries) continue;
      if (!file) yield { kind: 'folder', path, attributes: { mode: HELD_MODES.folder, mtime } };
      else
        yield {
          kind: kept.has(path) ? 'kept' : 'file',
          ...{ path, size: file.size },
          attributes: { mode: HELD_MODES.file, mtime: file.mtime },
        };
    }
  }
}

/** What is sealed already: a `.enc` that looks so, and a `.key` that says that it is this one's. */
async function sealedBefore(
  folder: HeldFolder,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for await (const some of inBreaths(folder.entries)) {
    const encs = some.filter(([path, file]) => file && path.endsWith(ENC_ENDING));
    await sideBySide(encs, async ([enc]) => {
      if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
      const sealed = await lookAtSealed(folder.fileAt(enc), signal);
      if (!sealed) return;
      kept.add(enc);
      const key = keyPathOf(enc);
      const isPair = folder.entries.get(key) && (await isKeyOf(folder.fileAt(key), sealed.resourceName));
      if (isPair) kept.add(key);
    });
  }
  return kept;
}
