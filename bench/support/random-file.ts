import { copyFile, open, rm } from 'node:fs/promises';
import { randomBytesOf } from '../../core/crypto/random.ts';

const PIECE_BYTES = 16 * 1024 * 1024;

/** Random bytes: others could be compressed, or never be written, on the way. */
export async function writeRandomFile(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let left = bytes; left > 0; left -= PIECE_BYTES)
      await handle.writeFile(randomBytesOf(Math.min(left, PIECE_BYTES)));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An untimed copy before each timed run: else it is the machine's memory that is measured. */
export async function copyAndDelete(file: string): Promise<void> {
  const copy = `${file}.untimed`;
  await copyFile(file, copy);
  await rm(copy);
}
