import type { Readable } from 'node:stream';
import { createHeldFolder, type HeldFolder, type HeldFolderDraft } from '../agent/folders/held-folder.ts';
import { randomId } from '../core/crypto/random.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { joinSteps } from '../shared/names/folder-path.ts';
import type { FileWanted, FolderPart } from './page/protocol.ts';

interface ToldFolder {
  readonly folder: HeldFolder;
  /** The reference by which the page knows it. */
  named(ref: string): void;
}

/** Folders that one load of a page holds, while it tells what is in them. */
export interface FolderDrafts {
  /**
   * @returns the folder too, once it was told as a whole.
   * @throws SealkeepError REQUEST_INVALID, FILE_TOO_LARGE; what was told of it before is forgotten then.
   */
  add(part: FolderPart): { readonly draft: string; readonly told?: ToldFolder };
}

/** @param ask has the page send one of a folder's files. */
export function createFolderDrafts(
  ask: (
    file: { readonly name: string; readonly size: number },
    what: Omit<FileWanted, 'ticket'>,
  ) => Promise<Readable>,
): FolderDrafts {
  const drafts = new Map<string, HeldFolderDraft & Pick<ToldFolder, 'named'>>();

  function begin(name: string) {
    let ref = '';
    const held = createHeldFolder(name, (path, size, upTo) =>
      ask({ name: joinSteps(name, path), size }, { ref, path, up_to: upTo }),
    );
    const named = (given: string) => {
      ref = given;
    };
    return { ...held, named };
  }

  return {
    add({ draft: known, name, entries, is_whole }) {
      const draft = known ?? randomId();
      const folder = known === null ? begin(name) : drafts.get(known);
      if (!folder) throw new SealkeepError('REQUEST_INVALID', { reason: 'no such folder' });
      drafts.delete(draft);
      folder.add(entries);
      if (is_whole) return { draft, told: { folder: folder.folder(), named: folder.named } };
      drafts.set(draft, folder);
      return { draft };
    },
  };
}
