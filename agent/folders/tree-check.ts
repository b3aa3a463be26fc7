import { SealkeepError } from '../../shared/errors/error.ts';
import type { ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { parentOf } from '../../shared/names/folder-path.ts';

/**
 * Looks at a manifest's entries one after the other.
 * @returns throws SealkeepError FILE_DAMAGED where a path comes twice or is in what is no folder, or a pair is listed
 *   twice: no Sealkeep writes that.
 */
export function createTreeCheck(): (entry: ManifestEntry) => void {
  const [paths, folders, sealed] = [new Set<string>(), new Set(['']), new Set<string>()];
  return (entry) => {
    const isSound = !paths.has(entry.path) && folders.has(parentOf(entry.path));
    if (!isSound) throw new SealkeepError('FILE_DAMAGED');
    paths.add(entry.path);
    if (entry.kind === 'folder') folders.add(entry.path);
    if (entry.kind !== 'file' && entry.kind !== 'kept') return;
    if (sealed.has(entry.sealed)) throw new SealkeepError('FILE_DAMAGED');
    sealed.add(entry.sealed);
  };
}
