import { randomBytes, randomFillSync } from 'node:crypto';

const POOL_BYTES = 8192;
/** More than this is asked of the system by itself. */
const MOST_POOLED = 64;

const pool = Buffer.alloc(POOL_BYTES);
let at = POOL_BYTES;

/**
 * Random bytes that are no secret (nonces, salts, ids), fetched from the system many at a time: a question for each is
 * much of what small messages cost. Bytes are given out once, and the pool is zero-filled behind them.
 */
export function takeRandomBytes(length: number): Buffer {
  if (length > MOST_POOLED) return randomBytes(length);
  if (at + length > POOL_BYTES) {
    randomFillSync(pool);
    at = 0;
  }
  const taken = Buffer.from(pool.subarray(at, at + length));
  pool.fill(0, at, at + length);
  at += length;
  return taken;
}
