import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { codeOf } from '../core/durable/publish.ts';
import { SealkeepError } from '../shared/errors/error.ts';

/**
 * Keeps what Chromium writes inside the data folder: one Sealkeep per data folder, and nothing of ours is found where
 * systems that don't tell case apart would mix the two. To be called before the lock is asked for.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE
 */
export function keepChromiumIn(dataFolder: string): void {
  const folder = path.join(dataFolder, 'chromium');
  try {
    // Electron takes no folder that is not there, and asks now.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = codeOf(cause) ?? 'unknown';
    throw new SealkeepError('DATA_FOLDER_UNUSABLE', { folder: dataFolder, reason }, { cause });
  }
  app.setPath('userData', folder);
}
