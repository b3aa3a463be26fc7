import { rm } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { syncFolder } from '../../core/durable/folder.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import { fileName, isPortableFileName, numberedName } from '../../shared/names/file-name.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import { nameError } from './file-errors.ts';
import { freeNumber, LAST_NUMBER } from './free-number.ts';
import { nameWithRoomFor } from './pair-name.ts';
import { isAnyTaken, placeTogether } from './place-together.ts';
import type { Placement } from './publish-sync.ts';
import type { EngineDeps } from './seal-file.ts';
import { sideBySide } from './side-by-side.ts';
import type { Temporaries } from './temporaries.ts';
import { cleanedUp } from './temporary-file.ts';

/** Synced temporary files that get their names together: `NAME.enc` and `NAME.key`, or one opened file. */
export interface Publication {
  readonly folder: string;
  /** Without an ending. One that is too long with it is shortened (`nameWithRoomFor`). */
  readonly name: string;
  /** Gone afterwards, published or not. The first is the first to have its name. */
  readonly files: readonly { readonly temporary: string; readonly ending: string }[];
}

/** The paths, in the order of the files; or why there are none. */
export type Published = PromiseSettledResult<readonly string[]>;

/**
 * Gives temporary files their names, all of a publication with the same number where a name is taken:
 * `report (2).txt.enc`. Nothing is overwritten, and when this returns all that is published is durable. A failed one
 * leaves nothing in the folder; it fails with SealkeepError FILE_NAME_REFUSED, OUTPUT_NO_SPACE or OUTPUT_NOT_WRITABLE.
 * @param system whose names they are to be.
 */
export async function publishAll(
  engine: EngineDeps,
  publications: readonly Publication[],
  system: NodeJS.Platform = platform,
): Promise<Published[]> {
  const placed = await placeAll(engine, publications, system);
  const failures = await syncFolders(
    publications.filter((_, index) => placed[index]?.status === 'fulfilled'),
  );
  return sideBySide([...placed.entries()], async ([index, outcome]) => {
    const publication = publications[index];
    if (!publication) return outcome;
    if (outcome.status === 'rejected') return failed(publication, outcome.reason);
    const failure = failures.get(publication.folder);
    if (failure === undefined) return outcome;
    // What the disk did not take durably was not done, and must not look as if it were.
    for (const file of outcome.value) await rm(file, { force: true });
    return failed(publication, failure);
  });
}

/** The same for one. */
export async function publish(engine: EngineDeps, publication: Publication): Promise<readonly string[]> {
  const [outcome] = await publishAll(engine, [publication]);
  if (outcome?.status === 'fulfilled') return outcome.value;
  throw outcome?.reason;
}

/** Many at once go to a worker first, which is quick where all is simple; the rest goes the careful way. */
async function placeAll(
  { pool, temporaries }: EngineDeps,
  publications: readonly Publication[],
  system: NodeJS.Platform,
): Promise<Published[]> {
  const isUsable = ({ name }: Publication) => isNameUsable(name, system);
  const simple = publications.filter(isUsable);
  const files = simple.map((publication) => placementOf(publication, firstName(publication)));
  const done = files.length > 1 ? await pool.runWhole({ kind: 'publish', files }) : [];
  const quick = new Map(simple.map((publication, index) => [publication, done[index] && files[index]]));
  const numbers = new Map<string, number>();
  return sideBySide(publications, async (publication): Promise<Published> => {
    try {
      if (!isUsable(publication)) throw refusedName(publication.name);
      const placement = quick.get(publication) || (await place(temporaries, publication, numbers));
      return { status: 'fulfilled', value: placement.map(({ name }) => name) };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  });
}

/** @param numbers the next ones to try, by path: of a thousand files of one name none begins at the first again. */
async function place(
  temporaries: Temporaries,
  publication: Publication,
  numbers: Map<string, number>,
): Promise<Placement> {
  const { folder, name } = publication;
  const numbered = (number: number) => placementOf(publication, nameWith(publication, number));
  const first = path.join(folder, firstName(publication));
  let number = numbers.get(first) ?? (await freeNumber((one) => isAnyTaken(numbered(one))));
  for (; number <= LAST_NUMBER; number = Math.max(number + 1, numbers.get(first) ?? 0)) {
    numbers.set(first, Math.max(number + 1, numbers.get(first) ?? 0));
    const placement = numbered(number);
    if (await placeTogether(temporaries, placement)) return placement;
  }
  throw new SealkeepError('FILE_NAME_REFUSED', { name });
}

function placementOf({ folder, files }: Publication, name: string): Placement {
  return files.map(({ temporary, ending }) => ({ temporary, name: path.join(folder, name + ending) }));
}

/** @returns why a folder could not be synced, by folder. */
async function syncFolders(publications: readonly Publication[]): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  await sideBySide([...new Set(publications.map(({ folder }) => folder))], async (folder) => {
    await syncFolder(folder).catch((error: unknown) => failures.set(folder, error));
  });
  return failures;
}

/** The name, then `name (2)`, `name (3)`, as long as anybody would want that. */
function nameWith(publication: Publication, number: number): string {
  const name = firstName(publication);
  return number === 1 ? name : numberedName(name, number, LIMITS.fileName - endingBytes(publication));
}

function firstName(publication: Publication): string {
  return nameWithRoomFor(endingBytes(publication), publication.name);
}

function endingBytes({ files }: Publication): number {
  return Math.max(...files.map(({ ending }) => ending.length));
}

/** A name may come from another person's `.key`: it is one step into the folder or it is refused. */
function isNameUsable(name: string, system: NodeJS.Platform): boolean {
  // On Windows the other characters do more than name a file: `a:b` is a second stream of `a`.
  return fileName.safeParse(name).success && (system !== 'win32' || isPortableFileName(name));
}

async function failed({ folder, name, files }: Publication, error: unknown): Promise<Published> {
  let reason = nameError(error, name);
  for (const { temporary } of files) reason = await cleanedUp(reason, temporary, folder);
  return { status: 'rejected', reason };
}
