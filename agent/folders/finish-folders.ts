import { constants, open, utimes } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { type Attributes, setAttributes, systemTime } from '../engine/attributes.ts';
import { sideBySide } from '../engine/side-by-side.ts';

export interface FolderToFinish {
  /** Inside the tree; empty for its top. */
  readonly path: string;
  readonly attributes?: Attributes | undefined;
}

/**
 * Makes the entries of all folders of a tree durable, from the deepest to the top, and gives them their attributes when
 * nothing in them changes any more.
 */
export async function finishFolders(root: string, folders: readonly FolderToFinish[]): Promise<void> {
  const byDepth = Map.groupBy(folders, ({ path: inside }) => (inside === '' ? 0 : inside.split('/').length));
  for (const depth of [...byDepth.keys()].sort((left, right) => right - left))
    await sideBySide(byDepth.get(depth) ?? [], (folder) => finish(path.join(root, folder.path), folder));
}

async function finish(folder: string, { attributes }: FolderToFinish): Promise<void> {
  if (platform === 'win32') {
    // It opens no folders, and has no permission bits.
    if (attributes) await utimes(folder, new Date(), systemTime(attributes.mtime));
    return;
  }
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (attributes) await setAttributes(handle, attributes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
