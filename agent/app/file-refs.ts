import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '../../core/crypto/random.ts';
import type { FileRef } from '../../shared/bridge/state.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from '../engine/file-errors.ts';
import type { Source, StreamSource } from '../engine/source.ts';
import type { HeldFolder } from '../folders/held-folder.ts';

/** A file or folder that was offered, as only the agent knows it. */
export interface OfferedFile extends FileRef {
  /** Of a folder that a page holds, that. */
  readonly source: Source | HeldFolder;
  readonly isFolder: boolean;
  /** Whether its content can still be asked for. */
  isHeld: boolean;
}

export type FileRefs = ReturnType<typeof createFileRefs>;

/** The files that the person dropped or chose, by the opaque references that the page has of them. */
export function createFileRefs() {
  const files = new Map<string, OfferedFile>();

  function keep(name: string, size: number, source: OfferedFile['source'], isFolder = false): FileRef {
    const ref = randomId();
    files.set(ref, { ref, name, size, source, isFolder, isHeld: true });
    return { ref, name, size };
  }

  return {
    async addPath(given: string, what?: 'file'): Promise<FileRef> {
      const file = path.resolve(given);
      await assertReadable(file);
      const found = await stat(file);
      // How much is in a folder is found out when it is sealed.
      if (found.isDirectory() && what !== 'file') return keep(path.basename(file), 0, file, true);
      if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
      return keep(path.basename(file), found.size, file);
    },
    addStream({ name, size }: { name: string; size: number }, open: StreamSource['open']): FileRef {
      return keep(name, size, { name, size, open });
    },
    addFolder(folder: HeldFolder): FileRef {
      return keep(folder.name, folder.size, folder, true);
    },
    /** @throws SealkeepError FILE_NOT_FOUND for one that was never offered, or is held no more. */
    find(refs: readonly string[]): OfferedFile[] {
      return [...new Set(refs)].map((ref) => {
        const file = files.get(ref);
        if (!file) throw new SealkeepError('FILE_NOT_FOUND', { file: ref });
        return file;
      });
    },
    /** Jobs that have them keep them, and know that they are gone. */
    withdraw(refs: readonly string[]): void {
      for (const ref of refs) {
        const file = files.get(ref);
        if (file) file.isHeld = false;
        files.delete(ref);
      }
    },
  };
}

async function assertReadable(file: string): Promise<void> {
  try {
    const found = await stat(file);
    // A pipe or a device is not opened to look whether it could be.
    if (found.isFile()) await (await open(file, 'r')).close();
  } catch (error) {
    throw inputError(error, file);
  }
}
