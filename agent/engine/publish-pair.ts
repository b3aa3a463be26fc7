import { lstat, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { syncFolder } from '../../core/durable/folder.ts';
import { codeOf, publishFile } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import {
  ENC_ENDING,
  fileName,
  isPortableFileName,
  KEY_ENDING,
  numberedName,
} from '../../shared/names/file-name.ts';
import { cleanedUp, writeTemporary } from './temporary-file.ts';

export interface PairToPublish {
  readonly folder: string;
  /** The sealed file's own name, without `.enc`. */
  readonly name: string;
  /** The synced `.enc`; it is gone afterwards, published or not. */
  readonly temporary: string;
  /** The text of the `.key` file. */
  readonly keyText: string;
}

export interface PairPaths {
  readonly enc: string;
  readonly key: string;
}

/**
 * Gives a pair its names `NAME.enc` and `NAME.key`, both with the same number where a name is taken:
 * `report (2).txt.enc`. Nothing is overwritten, and when this returns both are durable.
 * @throws SealkeepError FILE_NAME_REFUSED, OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE; nothing is left in the folder then.
 */
export async function publishPair({ folder, name, temporary, keyText }: PairToPublish): Promise<PairPaths> {
  return orRemove(temporary, { folder, name }, async () => {
    assertName(name, ENC_ENDING);
    const keyTemporary = await writeTemporary(folder, (output) => output.writeFile(keyText));
    return orRemove(keyTemporary, { folder, name }, async () => {
      for (const candidate of candidates(name, ENC_ENDING)) {
        const pair = {
          enc: path.join(folder, candidate + ENC_ENDING),
          key: path.join(folder, candidate + KEY_ENDING),
        };
        if (await publishBoth(pair, temporary, keyTemporary)) {
          await syncOrRemove(folder, [pair.enc, pair.key]);
          return pair;
        }
      }
      throw new SealkeepError('FILE_NAME_REFUSED', { name });
    });
  });
}

/** The same for an opened file: `report.txt`, or `report (2).txt` where that is taken. */
export async function publishOutput({
  folder,
  name,
  temporary,
}: Omit<PairToPublish, 'keyText'>): Promise<string> {
  return orRemove(temporary, { folder, name }, async () => {
    assertName(name, '');
    for (const candidate of candidates(name, '')) {
      const output = path.join(folder, candidate);
      if (await publishFile(temporary, output)) {
        await syncOrRemove(folder, [output]);
        return output;
      }
    }
    throw new SealkeepError('FILE_NAME_REFUSED', { name });
  });
}

/**
 * The `.enc` comes first: alone it opens by the registry's copy of its key, while a `.key` alone is litter.
 * @returns false where one of the names is taken; both temporary files are still there then.
 */
async function publishBoth(pair: PairPaths, temporary: string, keyTemporary: string): Promise<boolean> {
  if (await isTaken(pair.key)) return false;
  if (!(await publishFile(temporary, pair.enc))) return false;
  try {
    if (await publishFile(keyTemporary, pair.key)) return true;
  } catch (error) {
    await rm(pair.enc, { force: true });
    throw error;
  }
  await rename(pair.enc, temporary);
  return false;
}

/** What the disk did not take durably was not done, and must not look as if it were. */
async function syncOrRemove(folder: string, files: readonly string[]): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    for (const file of files) await rm(file, { force: true });
    throw error;
  }
}

async function isTaken(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The name, then `name (2)`, `name (3)`, as long as they fit. */
function* candidates(name: string, ending: string): Generator<string> {
  let candidate = name;
  for (let number = 2; fits(candidate + ending); number += 1) {
    yield candidate;
    candidate = numberedName(name, number);
  }
}

function fits(name: string): boolean {
  return Buffer.byteLength(name) <= LIMITS.fileName;
}

/** A name may come from another person's `.key`: it is one step into the folder or it is refused. */
function assertName(name: string, ending: string): void {
  // On Windows the other characters do more than name a file: `a:b` is a second stream of `a`.
  const isUsable = fileName.safeParse(name).success && (platform !== 'win32' || isPortableFileName(name));
  if (!isUsable || !fits(name + ending)) throw new SealkeepError('FILE_NAME_REFUSED', { name });
}

async function orRemove<T>(
  temporary: string,
  { folder, name }: { readonly folder: string; readonly name: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isTooLong = codeOf(error) === 'ENAMETOOLONG';
    const cause = isTooLong ? new SealkeepError('FILE_NAME_REFUSED', { name }, { cause: error }) : error;
    throw await cleanedUp(cause, temporary, folder);
  }
}
