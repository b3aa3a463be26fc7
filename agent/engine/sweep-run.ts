import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { randomId } from '../../core/crypto/random.ts';
import { syncFolder } from '../../core/durable/folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { claimRecord, keepsModes, removeClaimed } from './claims.ts';
import { removeTree } from './remove-tree.ts';

const TEMPORARY_ENDING = '.sealkeep-tmp';

/** Where a run says what it may leave behind. */
export interface RunRecords {
  /** Lines of JSON, each a folder in which temporary files may lie. */
  readonly folders: string;
  /** The name that it is taking, if any (`ClaimRecord`). */
  readonly claim: string;
}

/** A name that nothing else has, and that tells whose it is. */
export function temporaryNameOf(run: string): string {
  return `.${run}.${randomId()}${TEMPORARY_ENDING}`;
}

/**
 * Removes what a run left behind. Whatever can't be removed now is left.
 * @returns whether that was all, and every folder could be looked through.
 */
export async function sweepRun(run: string, { folders, claim }: RunRecords): Promise<boolean> {
  // The claim first: it counts as long as what it was for is there.
  const parts = [() => sweepClaim(run, claim), () => sweepFolders(run, folders)];
  let isDone = true;
  for (const part of parts) isDone = (await unlessRefused(part)) && isDone;
  return isDone;
}

async function sweepClaim(run: string, record: string): Promise<boolean> {
  let isDone = true;
  for (const line of await linesOf(record, claimRecord)) {
    if (line)
      await removeClaimed(line, () => keepsModes(path.join(path.dirname(line.claim), temporaryNameOf(run))));
    else isDone = false;
  }
  return isDone;
}

async function sweepFolders(run: string, record: string): Promise<boolean> {
  let isDone = true;
  for (const folder of await linesOf(record, z.string()))
    isDone = folder !== undefined && (await unlessRefused(() => sweepFolder(run, folder))) && isDone;
  return isDone;
}

/** @returns whether the folder was there. */
async function sweepFolder(run: string, folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  const dead = names?.filter((name) => name.startsWith(`.${run}.`) && name.endsWith(TEMPORARY_ENDING));
  for (const name of dead ?? []) await removeTree(path.join(folder, name));
  if (dead?.length) await syncFolder(folder);
  return dead !== undefined;
}

async function unlessRefused(part: () => Promise<boolean>): Promise<boolean> {
  try {
    return await part();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** @returns undefined for a line that says something else, as another version may write it. */
async function linesOf<T>(record: string, form: z.ZodType<T>): Promise<(T | undefined)[]> {
  const text = await readFile(record, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => parsed(line).map((json) => form.safeParse(json).data));
}

/** Half a line is none: its process did nothing yet of what it was to say. */
function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** @returns undefined where there is no such folder. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
