import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../core/durable/json-file.ts';
import type { ErrorDetails } from '../../shared/errors/error.ts';
import { readServedAt } from './protocol.ts';

/** Which process holds a data folder, for a person whom it is in the way of: `holder.json`. Nothing is decided by it. */
const holder = z.object({ pid: z.number().int(), since: z.string() });
const HOLDER_FILE = 'holder.json';

/**
 * Says that this process holds the folder. Not synced: after a crash nobody holds it, and whoever does next says so anew.
 */
export async function noteHolder(dataFolder: string): Promise<void> {
  const since = `${new Date().toISOString().slice(0, 19)}Z`;
  const text = `${JSON.stringify({ pid: process.pid, since })}\n`;
  await writeFile(path.join(dataFolder, HOLDER_FILE), text, { mode: 0o600 });
}

/**
 * What is known of whoever holds the folder, for DATA_FOLDER_BUSY; true only while somebody does, and to be called where
 * nobody can begin to meanwhile.
 */
export async function describeHolder(dataFolder: string): Promise<ErrorDetails> {
  const found = await readJsonFile(path.join(dataFolder, HOLDER_FILE), holder);
  const served = await readServedAt(dataFolder);
  return {
    folder: dataFolder,
    ...(found && { pid: found.pid, since: found.since }),
    ...(served && { kms: served.kms, cloud: served.cloud }),
  };
}
