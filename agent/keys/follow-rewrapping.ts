import { setTimeout as delay } from 'node:timers/promises';
import type { KeyReply } from '../../shared/api/kms/keys.ts';
import type { JobParts } from '../jobs/parts.ts';
import { releaseLeftWraps } from '../jobs/release-left-wraps.ts';
import { ownKek } from './own-version.ts';

const LOOK_EVERY_MS = 200;
/** Where nothing moves for so long, the cloud is away, or keeps no wrapped key that could be rewrapped. */
const STANDSTILL_MS = 5000;

export interface Rewrapping {
  readonly keyId: string;
  /** Ends the looking; the KMS goes on. */
  readonly signal: AbortSignal;
  readonly onLeft: (count: number) => void;
}

/**
 * Lets go of what interrupted sealings left, which nothing could rewrap, and waits while the KMS rewraps what hangs on the versions of a KEK that wrap no more. Servers of a data folder live
 * only as long as the command that brought them, and would end in the middle of it.
 * @returns the KEK as it is once nothing hangs on them, nothing moves any more, or the signal has come.
 * @throws SealkeepError KEY_NOT_FOUND, SERVER_*
 */
export async function followRewrapping(
  parts: Pick<JobParts, 'kms' | 'login' | 'dataFolder' | 'now'>,
  { keyId, signal, onLeft }: Rewrapping,
): Promise<KeyReply> {
  await releaseLeftWraps(parts);
  let least = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  for (;;) {
    const kek = await ownKek(parts, keyId);
    const left = leftBehind(kek);
    onLeft(left);
    if (left < least) {
      least = left;
      movedAt = performance.now();
    }
    const isOver = left === 0 || performance.now() - movedAt > STANDSTILL_MS;
    if (isOver || signal.aborted) return kek;
    await delay(LOOK_EVERY_MS);
  }
}

/** How many wrapped keys hang on versions that wrap no more. */
export function leftBehind({ versions }: KeyReply): number {
  return versions.filter(({ status }) => status !== 'active').reduce((sum, { needed }) => sum + needed, 0);
}
