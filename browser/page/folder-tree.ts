import type { HeldEntry } from '../../shared/bridge/held-entry.ts';

/** One thing in a folder that the page holds. */
export interface TreeEntry {
  readonly entry: HeldEntry;
  /** Of a file: its content, as it is when it is asked for. */
  readonly read?: () => Promise<File>;
}

/**
 * Goes through a dropped folder, a folder before what is in it. What the browser does not give is told as unreadable. It
 * tells no links, modes or times of folders.
 */
export async function* droppedTree(root: FileSystemDirectoryEntry): AsyncGenerator<TreeEntry> {
  const folders = [{ folder: root, path: '' }];
  for (let at = folders.pop(); at; at = folders.pop()) {
    const reader = at.folder.createReader();
    const parent = at.path;
    // Each answer has a hundred names or so; the last one is empty.
    for (let names = await nextEntries(reader); names !== 'end'; names = await nextEntries(reader)) {
      if (names === 'unreadable') {
        // Of the dropped folder itself nothing is there then.
        yield { entry: { kind: 'unreadable', path: parent || root.name } };
        break;
      }
      yield* await Promise.all(names.map((entry) => lookAt(entry, joined(parent, entry.name))));
      for (const entry of names)
        if (isFolder(entry)) folders.push({ folder: entry, path: joined(parent, entry.name) });
    }
  }
}

/** A folder that was chosen is told as its files alone: folders without any are not known. */
export function* chosenTree(files: readonly File[]): Generator<TreeEntry> {
  const told = new Set(['']);
  for (const file of files) {
    const path = file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1);
    const steps = path.split('/');
    for (let depth = 1; depth < steps.length; depth += 1) {
      const folder = steps.slice(0, depth).join('/');
      if (!told.has(folder)) yield { entry: { kind: 'folder', path: folder } };
      told.add(folder);
    }
    yield { entry: entryOf(file, path), read: async () => file };
  }
}

/** Files of chosen folders, by the folders' names. */
export function chosenFolders(files: readonly File[]): ReadonlyMap<string, readonly File[]> {
  const inFolders = files.filter(({ webkitRelativePath }) => webkitRelativePath?.includes('/'));
  return Map.groupBy(inFolders, ({ webkitRelativePath: path }) => path.slice(0, path.indexOf('/')));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

const joined = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

function nextEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | 'end' | 'unreadable'> {
  return new Promise((resolve) => {
    reader.readEntries(
      (entries) => resolve(entries.length > 0 ? entries : 'end'),
      () => resolve('unreadable'),
    );
  });
}

async function lookAt(entry: FileSystemEntry, path: string): Promise<TreeEntry> {
  if (isFolder(entry)) return { entry: { kind: 'folder', path } };
  const read = () =>
    new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return read().then(
    (file) => ({ entry: entryOf(file, path), read }),
    () => ({ entry: { kind: 'unreadable', path } }),
  );
}

/** A browser knows times to the millisecond. */
function entryOf({ size, lastModified }: File, path: string): HeldEntry {
  return { kind: 'file', path, size, mtime: lastModified * 1000 };
}
