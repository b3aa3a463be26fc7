import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { SealkeepError } from '../../shared/errors/error.ts';
import { codeOf } from './publish.ts';
import { writeFileDurably } from './write-file.ts';

/**
 * Reads a small JSON file of ours.
 * @returns undefined where there is none.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE where it holds anything but what the schema says.
 */
export async function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new SealkeepError('DATA_FOLDER_UNUSABLE', { folder: file, reason: 'it cannot be read' }, { cause });
  }
}

/** Replaces it durably; only its owner can read it. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeFileDurably(file, `${JSON.stringify(value, null, 2)}\n`);
}
