import { SealkeepError } from '../../shared/errors/error.ts';
import type {
  FileEntry,
  FolderEntry,
  KeptEntry,
  LinkEntry,
  ManifestEntry,
} from '../../shared/formats/folder-manifest.ts';
import { parentOf } from '../../shared/names/folder-path.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { linksThatLeave } from './links.ts';
import type { NameRules } from './name-rules.ts';
import { createNamePlan, type RenamedEntry } from './plan-names.ts';

/** An entry, and the path that it gets where it is restored. */
export type Placed<Entry> = Entry & { readonly as: string };

/** What is to be made of a manifest. Nothing in it leaves the folder, and nothing but folders is on the way to anything. */
export interface RestorePlan {
  /** A folder before what is in it. */
  readonly folders: readonly Placed<FolderEntry>[];
  readonly files: readonly Placed<FileEntry>[];
  readonly kept: readonly Placed<KeptEntry>[];
  /** To be made when all else is there. */
  readonly links: readonly Placed<LinkEntry>[];
  /** Links that would leave the folder: not to be made. */
  readonly leaving: readonly LinkEntry[];
  readonly renamed: readonly RenamedEntry[];
}

/**
 * Plans without holding up the thread for long, however much there is.
 * @throws SealkeepError FILE_DAMAGED where a path comes twice or is in what is no folder, or a pair is listed twice: no
 *   Sealkeep writes that.
 */
export async function planRestore(entries: readonly ManifestEntry[], rules: NameRules): Promise<RestorePlan> {
  await assertTree(entries);
  const plan = createNamePlan(rules);
  const folders: Placed<FolderEntry>[] = [];
  const files: Placed<FileEntry>[] = [];
  const kept: Placed<KeptEntry>[] = [];
  const links: Placed<LinkEntry>[] = [];
  for await (const some of inBreaths(entries)) {
    for (const entry of some) {
      if (entry.kind === 'folder') folders.push({ ...entry, as: plan.nameFolder(entry.path) });
      else if (entry.kind === 'file') files.push({ ...entry, as: plan.nameFile(entry.path) });
      else if (entry.kind === 'kept') kept.push({ ...entry, as: plan.nameFile(entry.path) });
      else links.push({ ...entry, as: plan.nameFile(entry.path) });
    }
  }
  const atLast = links.map((link) => ({ path: link.as, target: link.target, link }));
  const leaving = new Set(Array.from(await linksThatLeave(atLast, rules), ({ link }) => link));
  return {
    folders,
    files,
    kept,
    links: links.filter((link) => !leaving.has(link)),
    leaving: [...leaving],
    renamed: plan.renamed,
  };
}

async function assertTree(entries: readonly ManifestEntry[]): Promise<void> {
  const [paths, folders, sealed] = [new Set<string>(), new Set(['']), new Set<string>()];
  for await (const some of inBreaths(entries)) {
    for (const entry of some) {
      const isSound = !paths.has(entry.path) && folders.has(parentOf(entry.path));
      if (!isSound) throw new SealkeepError('FILE_DAMAGED');
      paths.add(entry.path);
      if (entry.kind === 'folder') folders.add(entry.path);
      if (entry.kind !== 'file' && entry.kind !== 'kept') continue;
      if (sealed.has(entry.sealed)) throw new SealkeepError('FILE_DAMAGED');
      sealed.add(entry.sealed);
    }
  }
}
