import { rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../core/durable/folder.ts';
import { publishFile } from '../../core/durable/publish.ts';
import type { EngineDeps } from '../engine/seal-file.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';

/**
 * Writes a `.key` under a name of its caller's choice, durably, and overwrites nothing.
 * @returns whether it is there now because of us: false where the name is taken.
 * @throws SealkeepError OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE; nothing is left then.
 */
export async function placeKeyFile(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  keyPath: string,
  text: string,
): Promise<boolean> {
  const folder = path.dirname(keyPath);
  const temporary = await writeTemporary(temporaries, folder, (output) => output.writeFile(text));
  try {
    const isPlaced = await publishFile(temporary, keyPath, temporaries);
    if (!isPlaced) await rm(temporary, { force: true });
    await syncFolder(folder);
    return isPlaced;
  } catch (error) {
    throw await cleanedUp(error, temporary, folder);
  }
}
