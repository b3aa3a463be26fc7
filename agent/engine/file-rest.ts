import { type BigIntStats, constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../../core/durable/publish.ts';

/**
 * How long nobody has to have written to a file before it is sealed, in milliseconds: longer than a system under load
 * keeps a program from going on in the middle of its write (docs/decisions/0033-changing-files.md).
 */
export const REST_MS = 500;
/** How many bytes of one write a system takes in a millisecond, at the least. */
const WRITTEN_PER_MS = 500_000;
/** No system takes more in one write, whatever a program asks for. */
const ONE_WRITE = 2 ** 31;
/** FAT counts every other second, and some network drives whole ones. */
const COARSE_MS = 2000;
const SECOND_NS = 1_000_000_000n;

/**
 * How long to wait until the last write that a look at a file shows is surely over: its time is that of its beginning. It
 * goes by the time that nobody can set.
 * @param restMs 0 asks for none.
 * @returns milliseconds; 0 where it is at rest.
 */
export function msUntilRest(
  { size, ctimeNs }: Pick<BigIntStats, 'size' | 'ctimeNs'>,
  restMs: number,
  now = Date.now(),
): number {
  if (restMs === 0) return 0;
  const coarse = ctimeNs % SECOND_NS === 0n ? COARSE_MS : 0;
  const needed = restMs + Math.min(Number(size), ONE_WRITE) / WRITTEN_PER_MS + coarse;
  const age = now - Number(ctimeNs / 1000n) / 1000;
  // By a clock that is ahead of ours nothing can be told: then only waiting shows it.
  return age < 0 ? needed : Math.max(0, needed - age);
}

const BLOCK_BYTES = 4096;

/**
 * Waits for a write to an open file that is under way, where the system lets us: on ext4 a direct read waits for
 * its turn. Nothing is read, as there is nothing behind the end. Others do without.
 */
export async function passWriteUnderWay(descriptor: number, bytes: number): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    const direct = await open(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_DIRECT);
    try {
      await direct.read(
        new Uint8Array(BLOCK_BYTES),
        0,
        BLOCK_BYTES,
        bytes - (bytes % BLOCK_BYTES) + BLOCK_BYTES,
      );
    } finally {
      await direct.close();
    }
  } catch (error) {
    // There is no direct reading here, or no /proc.
    if (codeOf(error) === undefined) throw error;
  }
}
