import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';

/**
 * Keeps what Chromium writes inside the data folder: one Sealkeep per data folder, and nothing of ours is found where
 * systems that don't tell case apart would mix the two. To be called before the lock is asked for.
 */
export function keepChromiumIn(dataFolder: string): void {
  const folder = path.join(dataFolder, 'chromium');
  // Electron takes no folder that is not there, and asks now.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}
