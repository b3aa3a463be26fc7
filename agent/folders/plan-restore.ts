import type { FileEntry, FolderEntry, KeptEntry, LinkEntry } from '../../shared/formats/folder-manifest.ts';
import { joinSteps, lastStep, parentOf } from '../../shared/names/folder-path.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { linksThatLeave } from './links.ts';
import type { Listed } from './manifest-bytes.ts';
import type { NameRules } from './name-rules.ts';
import { createNamePlan, type RenamedEntry } from './plan-names.ts';

/** An entry, and the path that it gets where it is restored. */
export type Placed<Entry> = Entry & { readonly as: string };

/** What is to be made of a manifest. Nothing in it leaves the folder, and nothing but folders is on the way to anything. */
export interface RestorePlan {
  /** A folder before what is in it. */
  readonly folders: readonly Placed<FolderEntry>[];
  readonly files: Iterable<Placed<FileEntry>>;
  readonly kept: readonly Placed<KeptEntry>[];
  /** To be made when all else is there. */
  readonly links: readonly Placed<LinkEntry>[];
  /** Links that would leave the folder: not to be made. */
  readonly leaving: readonly LinkEntry[];
  readonly renamed: readonly RenamedEntry[];
}

/**
 * Plans without holding up the thread for long, however much there is.
 * @param listed what a manifest lists, which was looked at: it is a tree.
 */
export async function planRestore(listed: Listed, rules: NameRules): Promise<RestorePlan> {
  const plan = createNamePlan(rules);
  const folders = await placedEach(listed.folders, plan.nameFolder);
  for await (const some of inBreaths(listed.files)) for (const { path } of some) plan.nameFile(path);
  const kept = await placedEach(listed.kept, plan.nameFile);
  const links = await placedEach(listed.links, plan.nameFile);
  const atLast = links.map((link) => ({ path: link.as, target: link.target, link }));
  const leaving = new Set(Array.from(await linksThatLeave(atLast, rules), ({ link }) => link));
  return {
    folders,
    files: placedFiles(listed.files, folders, plan.renamed),
    kept,
    links: links.filter((link) => !leaving.has(link)),
    leaving: [...leaving],
    renamed: plan.renamed,
  };
}

async function placedEach<Entry extends { readonly path: string }>(
  entries: Iterable<Entry>,
  nameOf: (path: string) => string,
): Promise<Placed<Entry>[]> {
  const placed: Placed<Entry>[] = [];
  for await (const some of inBreaths(entries))
    for (const entry of some) placed.push({ ...entry, as: nameOf(entry.path) });
  return placed;
}

/** Files as they were named; the name of each is made anew where it is asked for, as there may be very many. */
function placedFiles(
  files: Iterable<FileEntry>,
  folders: readonly Placed<FolderEntry>[],
  renamed: readonly RenamedEntry[],
): Iterable<Placed<FileEntry>> {
  const folderOf = new Map([['', ''], ...folders.map(({ path, as }) => [path, as] as const)]);
  const others = new Map(renamed.map(({ path, as }) => [path, as]));
  const nameOf = (path: string) =>
    others.get(path) ?? joinSteps(folderOf.get(parentOf(path)) ?? '', lastStep(path));
  return {
    *[Symbol.iterator]() {
      for (const file of files) yield { ...file, as: nameOf(file.path) };
    },
  };
}
