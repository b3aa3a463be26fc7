import { isPortableFileName, numberedName } from '../../shared/names/file-name.ts';
import { joinSteps, lastStep, parentOf } from '../../shared/names/folder-path.ts';
import { folded, type NameRules } from './name-rules.ts';

/** Names for what is to be made in one folder tree, so that no two are one and each can be there. */
export interface NamePlan {
  /**
   * @param path of a folder whose own folder was named before.
   * @returns the path that it gets: its own, one with safe characters, or one with a number.
   */
  nameFolder(path: string): string;
  /** The same for anything else. */
  nameFile(path: string): string;
  /** What could not keep its path. */
  readonly renamed: readonly RenamedEntry[];
}

export interface RenamedEntry {
  readonly path: string;
  readonly as: string;
}

/** @param reserved paths that nothing gets. */
export function createNamePlan(rules: NameRules, reserved: readonly string[] = []): NamePlan {
  const taken = new Set(reserved.map((path) => folded(path, rules)));
  const folders = new Map([['', '']]);
  /** The next number to try where a name is taken: of a thousand that are one none begins at the first again. */
  const numbers = new Map<string, number>();
  const renamed: RenamedEntry[] = [];

  function nameFile(path: string): string {
    const parent = folders.get(parentOf(path));
    if (parent === undefined) throw new TypeError('a folder is named before what is in it');
    const own = lastStep(path);
    const safe = safeName(own, rules);
    const first = folded(joinSteps(parent, safe), rules);
    let [name, number] = [safe, numbers.get(first) ?? 1];
    while (taken.has(folded(joinSteps(parent, name), rules))) {
      number += 1;
      name = numberedName(safe, number);
      numbers.set(first, number);
    }
    const as = joinSteps(parent, name);
    taken.add(folded(as, rules));
    if (name !== own) renamed.push({ path, as });
    return as;
  }

  return {
    renamed,
    nameFile,
    nameFolder(path) {
      const as = nameFile(path);
      folders.set(path, as);
      return as;
    },
  };
}

/** Windows refuses some names, and does with others what nobody meant: `a:b` is a second stream of `a`. */
export function safeName(name: string, { platform }: Pick<NameRules, 'platform'>): string {
  if (platform !== 'win32' || isPortableFileName(name)) return name;
  const safe = name.replace(/[<>:"|?*]/g, '_').replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  // What is left are names of devices.
  return isPortableFileName(safe) ? safe : `_${safe}`;
}
