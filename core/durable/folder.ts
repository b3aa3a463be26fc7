import { open } from 'node:fs/promises';
import { platform } from 'node:process';

/** Makes a folder's entries durable: what was renamed, linked or removed in it stays so when the power goes. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to sync a folder, and journals its entries itself.
  if (platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
