import { setImmediate as breath } from 'node:timers/promises';
import type { FileEntry, FolderEntry, KeptEntry, LinkEntry } from '../../shared/formats/folder-manifest.ts';
import { joinSteps, lastStep, parentOf } from '../../shared/names/folder-path.ts';
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

/** Files that are named at a stretch: others may want the main thread too. */
const NAMES_AT_ONCE = 200;

/** @param listed what a manifest lists, which was looked at: it is a tree. */
export async function planRestore(listed: Listed, rules: NameRules): Promise<RestorePlan> {
  const plan = createNamePlan(rules);
  const folders = listed.folders.map((entry) => ({ ...entry, as: plan.nameFolder(entry.path) }));
  let named = 0;
  for (const { path } of listed.files) {
    plan.nameFile(path);
    named += 1;
    if (named % NAMES_AT_ONCE === 0) await breath();
  }
  const kept = listed.kept.map((entry) => ({ ...entry, as: plan.nameFile(entry.path) }));
  const links = listed.links.map((entry) => ({ ...entry, as: plan.nameFile(entry.path) }));
  const atLast = links.map((link) => ({ path: link.as, target: link.target, link }));
  const leaving = new Set(Array.from(linksThatLeave(atLast, rules), ({ link }) => link));
  return {
    folders,
    files: placed(listed.files, folders, plan.renamed),
    kept,
    links: links.filter((link) => !leaving.has(link)),
    leaving: [...leaving],
    renamed: plan.renamed,
  };
}

/** Files as they were named; the name of each is made anew where it is asked for, as there may be very many. */
function placed(
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
