import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { randomId } from '../../core/crypto/random.ts';
import { syncFolder } from '../../core/durable/folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { isEndedRun, runsFolder, type Temporaries } from '../engine/temporaries.ts';
import { dataFolderUnusable } from '../profile/data-folder.ts';
import type { JobParts } from './parts.ts';

const ENDING = '.wraps';
/** In the place of a run: whose wraps the process itself gave up. */
const LEFT = 'left';
/**
 * What a KMS whose answer never came does with a call, it has done by then: the authorization token, which is older than the
 * record, is good for five minutes and half a one of tolerance.
 */
const SETTLED_MS = 600_000;

/**
 * Which resources had keys wrapped that the registry does not have yet: a file in the data folder, with names and no key.
 * From `begin` to `end` nothing may be sealed with them, so that what is left of it says that nothing was.
 */
export interface WrapRecord {
  /** Durable when it resolves; only then may the KMS be asked. */
  begin(resourceNames: readonly string[]): Promise<void>;
  /** The registry has the keys. Durable when it resolves; only then may anything be sealed with them. */
  end(): Promise<void>;
  /** It failed: whoever looks once the KMS can't be at it any more is to release them. */
  leave(): Promise<void>;
}

interface WrapRecordParts extends Pick<JobParts, 'dataFolder'> {
  readonly engine: { readonly temporaries: Pick<Temporaries, 'run'> };
}

/** Its calls throw SealkeepError DATA_FOLDER_UNUSABLE where the record can't be written. */
export function createWrapRecord({ dataFolder, engine }: WrapRecordParts): WrapRecord {
  const folder = runsFolder(dataFolder);
  const id = randomId();
  let file: string | undefined;

  async function inFolder(change: () => Promise<void>): Promise<void> {
    try {
      await change();
      await syncFolder(folder);
    } catch (cause) {
      throw dataFolderUnusable(dataFolder, cause);
    }
  }

  return {
    async begin(resourceNames) {
      const begun = path.join(folder, `${await engine.temporaries.run()}.${id}${ENDING}`);
      file = begun;
      const text = JSON.stringify(resourceNames);
      await inFolder(() => writeFile(begun, text, { flag: 'wx', mode: 0o600, flush: true }));
    },
    async end() {
      const begun = file;
      if (begun !== undefined) await inFolder(() => rm(begun));
    },
    async leave() {
      if (file === undefined) return;
      try {
        await rename(file, path.join(folder, `${LEFT}.${id}${ENDING}`));
      } catch (error) {
        // It stays this run's, and is found when that has ended.
        if (codeOf(error) === undefined) throw error;
      }
    },
  };
}

interface LeftRecord {
  readonly resourceNames: readonly string[];
  forget(): Promise<void>;
}

/**
 * Records whose process has ended, or gave up ten minutes ago: the KMS may still carry out what it gave up, and a wrap that
 * is released before it counts would count for good.
 */
export async function findLeftRecords(dataFolder: string, now: Date): Promise<LeftRecord[]> {
  const folder = runsFolder(dataFolder);
  const left: LeftRecord[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(ENDING)) continue;
    const [run = ''] = name.split('.');
    const file = path.join(folder, name);
    const isOver = run === LEFT ? await isSettled(file, now) : isEndedRun(dataFolder, run);
    if (isOver) left.push({ resourceNames: await readNames(file), forget: () => rm(file, { force: true }) });
  }
  return left;
}

/** To give a record up keeps the time at which it was begun. */
async function isSettled(file: string, now: Date): Promise<boolean> {
  const found = await unlessAbsent(stat(file), undefined);
  return found !== undefined && now.getTime() - found.mtimeMs >= SETTLED_MS;
}

async function namesIn(folder: string): Promise<string[]> {
  return unlessAbsent(readdir(folder), []);
}

const resourceNames = z.array(z.string());

/** @returns none of half a record, which came before its process could ask for anything. */
async function readNames(file: string): Promise<string[]> {
  const text = await unlessAbsent(readFile(file, 'utf8'), '');
  try {
    return resourceNames.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Another process may release the same at the same moment. */
async function unlessAbsent<T, Absent>(reading: Promise<T>, absent: Absent): Promise<T | Absent> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absent;
    throw error;
  }
}
