import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { areSameAttributes, attributesOf } from '../engine/attributes.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { entriesOf, type Manifest } from './manifest-bytes.ts';
import { type FoundEntry, walkFolder } from './walk-folder.ts';

/**
 * Looks whether a manifest lists a folder as it is now: all that is in it and nothing else, with kinds, sizes, modes, times
 * and targets. What files hold is not looked at.
 * @throws SealkeepError PROOF_INCOMPLETE with the first thing that is otherwise, JOB_CANCELLED
 */
export async function assertListed(folder: string, manifest: Manifest, signal?: AbortSignal): Promise<void> {
  const incomplete = (file: string, cause?: SealkeepError) =>
    new SealkeepError('PROOF_INCOMPLETE', { file }, { cause });
  const { name, ...attributes } = manifest.header;
  if (name !== path.basename(folder)) throw incomplete(folder);
  const isTopSame = areSameAttributes(attributes, attributesOf(await stat(folder)));
  // A folder's time also tells of what came and went in it, which says more by its own name.
  const changed = isTopSame ? [] : [folder];
  const listed = new Map<string, ManifestEntry>();
  for await (const some of inBreaths(entriesOf(manifest)))
    for (const entry of some) listed.set(entry.path, entry);
  const found = walkFolder(folder, {
    signal,
    withTemporaries: true,
    leaveOut(file, cause) {
      throw incomplete(file, cause);
    },
  });
  for await (const entry of found) {
    const file = path.join(folder, entry.path);
    const known = listed.get(entry.path);
    if (!isListed(entry, known)) throw incomplete(file);
    if (entry.kind === 'folder' && known?.kind === 'folder' && !areSameAttributes(known, entry.attributes))
      changed.push(file);
    listed.delete(entry.path);
  }
  for (const gone of listed.keys()) throw incomplete(path.join(folder, gone));
  if (changed[0] !== undefined) throw incomplete(changed[0]);
}

function isListed(found: FoundEntry, listed: ManifestEntry | undefined): boolean {
  if (found.kind === 'link') return listed?.kind === 'link' && listed.target === found.target;
  if (found.kind === 'folder') return listed?.kind === 'folder';
  return (
    listed?.kind === found.kind && listed.size === found.size && areSameAttributes(listed, found.attributes)
  );
}
