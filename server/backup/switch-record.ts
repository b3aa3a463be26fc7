import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';

/** Inside the data folder, so that a rename is enough wherever that one is mounted. */
const STAGED_FOLDER = 'restoring';
const RECORD = 'restore.json';

const switchRecord = z.object({
  /** Folder in the data folder where what was there before is kept. */
  former: z.string().regex(/^before-restore-\w+$/),
  /** What the restored takes the place of, by paths in the data folder. */
  items: z.array(z.string().regex(/^\w+(?:[./]\w+)*$/)),
});
export type SwitchRecord = z.infer<typeof switchRecord>;

export const stagedFolder = (dataFolder: string) => path.join(dataFolder, STAGED_FOLDER);

/** Whether a restore is decided and not ended. */
export const isSwitchBegun = (dataFolder: string) => existsSync(path.join(dataFolder, RECORD));

/**
 * Decides for what was restored: once this resolves the data folder is the restored one, even if the power goes, for
 * whoever takes the folder next ends what is begun here (`endSwitch`).
 */
export async function beginSwitch(dataFolder: string, record: SwitchRecord): Promise<void> {
  await writeJsonFile(path.join(dataFolder, RECORD), record);
}

/**
 * Ends a switch that was decided, and removes what a restore left that was not. Killed anywhere, it is to be called again.
 * The caller holds the folder.
 * @param moved told after each step, for tests.
 */
export async function endSwitch(dataFolder: string, moved: () => void = () => undefined): Promise<void> {
  const staged = stagedFolder(dataFolder);
  const recordFile = path.join(dataFolder, RECORD);
  const record = await readJsonFile(recordFile, switchRecord);
  for (const item of record?.items ?? []) {
    // What is not staged any more is in its place.
    if (!record || !existsSync(path.join(staged, item))) continue;
    const target = path.join(dataFolder, item);
    const kept = path.join(dataFolder, record.former, item);
    await makeFolder(path.dirname(target));
    // A write-ahead log belongs to its database, and must not come to lie beside another one.
    for (const ending of ['', '-wal', '-shm']) {
      if (!existsSync(target + ending)) continue;
      await makeFolder(path.dirname(kept));
      await rename(target + ending, kept + ending);
      await syncFolder(path.dirname(kept));
      moved();
    }
    await rename(path.join(staged, item), target);
    await syncFolder(path.dirname(target));
    moved();
  }
  await rm(recordFile, { force: true });
  if (record) await syncFolder(dataFolder);
  moved();
  await rm(staged, { recursive: true, force: true });
}
