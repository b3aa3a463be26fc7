import path from 'node:path';
import type { Effect } from './effect.ts';

/** A file or a folder: how often it was changed, and up to which change it is on the disk for sure. */
interface Thing {
  changes: number;
  durable: number;
  /** What was written into a record, with the change that it was. */
  readonly texts: { readonly text: string; readonly at: number }[];
}

/** A name, which is on the disk once its folder is, as it was when it got that name. */
interface Entry {
  readonly ino: number;
  readonly folder: number;
  readonly since: number;
}

const TEMPORARY = /\.sealkeep-tmp(-|$)/;
const isTemporary = (file: string): boolean => file.split(path.sep).some((step) => TEMPORARY.test(step));
const isIn = (file: string, folder: string): boolean => file.startsWith(folder + path.sep);

/**
 * Goes through what was done to a disk and asks at each step what would be there if the power went now: what was synced, and
 * no more than that.
 * @returns what would be lost, or there in part.
 */
export function whatWouldBeLost(effects: readonly Effect[]): string[] {
  const things = new Map<number, Thing>();
  const entries = new Map<string, Entry>();
  /** Files that were made when no record said so. */
  const unclaimed = new Set<string>();
  const syncs = new Map<string, { readonly thing: Thing; readonly upTo: number }>();
  const lost: string[] = [];

  function thing(ino: number): Thing {
    const known = things.get(ino);
    if (known) return known;
    const found = { changes: 0, durable: 0, texts: [] };
    things.set(ino, found);
    return found;
  }

  const isWhole = (ino: number): boolean => thing(ino).durable >= thing(ino).changes;
  const below = (folder: string): [string, Entry][] => [...entries].filter(([file]) => isIn(file, folder));

  function enter(file: string, ino: number, folder: number): void {
    const { changes } = changed(folder);
    entries.set(file, { ino, folder, since: changes });
  }

  function changed(ino: number): Thing {
    const one = thing(ino);
    one.changes += 1;
    return one;
  }

  function leave(file: string, folder: number): void {
    if (!entries.delete(file)) return;
    changed(folder);
    for (const [inside] of below(file)) entries.delete(inside);
  }

  /** Whether its name, and those of the folders above it that were made meanwhile, are on the disk. */
  function isNamed(file: string): boolean {
    for (let at = file; path.dirname(at) !== at; at = path.dirname(at)) {
      const entry = entries.get(at);
      if (entry && thing(entry.folder).durable < entry.since) return false;
    }
    return true;
  }

  /** With all that is in it. */
  function isDurable(file: string): boolean {
    const entry = entries.get(file);
    if (!entry) return false;
    return isWhole(entry.ino) && below(file).every(([, { ino }]) => isWhole(ino));
  }

  function expectThat(isSo: boolean, what: string): void {
    if (!isSo) lost.push(what);
  }

  /** The record that says where this temporary file lies. */
  function assertOnRecord(file: string): void {
    const run = /^\.([\w-]{22})\.[\w-]{22}\.sealkeep-tmp$/.exec(path.basename(file))?.[1];
    if (run === undefined || isTemporary(path.dirname(file))) return;
    const { texts, isThere } = recordOf(`${run}.folders`);
    const line = JSON.stringify(path.dirname(file));
    expectThat(isThere && texts.some((text) => text.split('\n').includes(line)), `${file} is not on record`);
  }

  /** Whether the record says now that something empty may have this name. */
  function isClaimed(file: string): boolean {
    const { texts, isThere } = recordOf('.claim');
    return isThere && texts.at(-1)?.startsWith(`{"claim":${JSON.stringify(file)},`) === true;
  }

  /** What is in a record for sure. */
  function recordOf(ending: string): { readonly texts: readonly string[]; readonly isThere: boolean } {
    const [record, entry] = [...entries].find(([name]) => name.endsWith(ending)) ?? [];
    const { texts, durable } = thing(entry?.ino ?? Number.NaN);
    return {
      texts: texts.filter(({ at }) => at <= durable).map(({ text }) => text),
      isThere: record !== undefined && isNamed(record),
    };
  }

  /** What gets a name of its own is whole, and what says where it came from is there before it. */
  function assertMayBeNamed(from: string, file: string, ino: number): void {
    if (isTemporary(file)) return;
    if (isTemporary(from)) {
      expectThat(isWhole(ino), `${file} has a name before its content`);
      for (const [inside, entry] of below(from))
        expectThat(isWhole(entry.ino), `${file} has a name before ${path.relative(from, inside)} is whole`);
    }
    const [, trash, name] = /^(.*\/Trash)\/files\/([^/]+)$/.exec(file) ?? [];
    if (trash === undefined) return;
    const info = `${trash}/info/${name}.trashinfo`;
    expectThat(isDurable(info) && isNamed(info), `${file} is in the trash before its .trashinfo`);
  }

  for (const effect of effects) {
    switch (effect.did) {
      case 'change': {
        const { texts, changes } = changed(effect.ino);
        if (effect.text !== undefined) texts.push({ text: effect.text, at: changes });
        break;
      }
      case 'sync':
        syncs.set(effect.call, { thing: thing(effect.ino), upTo: thing(effect.ino).changes });
        break;
      case 'synced': {
        const sync = syncs.get(effect.call);
        if (sync) sync.thing.durable = Math.max(sync.thing.durable, sync.upTo);
        break;
      }
      case 'make':
        if (effect.mode === 0 && effect.what === 'folder')
          expectThat(isClaimed(effect.path), `${effect.path} is not on record`);
        else assertOnRecord(effect.path);
        if (effect.what === 'file' && !isTemporary(effect.path) && !isClaimed(effect.path))
          unclaimed.add(effect.path);
        // Its inode may have been another one's before.
        things.delete(effect.ino);
        if (effect.what !== 'link') changed(effect.ino);
        enter(effect.path, effect.ino, effect.folder);
        break;
      case 'link':
        assertMayBeNamed(effect.from, effect.path, effect.ino);
        enter(effect.path, effect.ino, effect.folder);
        break;
      case 'rename': {
        assertMayBeNamed(effect.from, effect.path, effect.ino);
        if (unclaimed.delete(effect.path) && entries.has(effect.path))
          lost.push(`${effect.path} was taken by an empty file without a record`);
        const inside = below(effect.from);
        leave(effect.from, effect.fromFolder);
        enter(effect.path, effect.ino, effect.folder);
        for (const [file, entry] of inside)
          entries.set(path.join(effect.path, path.relative(effect.from, file)), entry);
        break;
      }
      case 'remove':
        leave(effect.path, effect.folder);
        break;
      case 'settle':
        for (const one of things.values()) one.durable = one.changes;
        break;
      case 'say':
        for (const file of effect.done)
          expectThat(isDurable(file) && isNamed(file), `${file} was said to be done and would be lost`);
        for (const folder of effect.folders)
          expectThat(isWhole(folder), 'a folder that something left would have it again');
        break;
    }
  }
  return lost;
}
