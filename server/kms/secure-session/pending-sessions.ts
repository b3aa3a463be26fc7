import { randomId } from '../../../core/crypto/random.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { createAddressCounts, LIMIT_RETRY_SECONDS, SESSION_LIMITS } from './session-limits.ts';

/** A session's id is good for one key exchange, and so long. */
const GOOD_MS = 60_000;

/** Ids that were given out and wait for their key. In memory: a client whose server restarts in between asks again. */
export function createPendingSessions(now: () => Date, limits = SESSION_LIMITS) {
  const pending = new Map<string, { readonly since: number; readonly address: string }>();
  const counts = createAddressCounts();

  function remove(id: string): void {
    const found = pending.get(id);
    if (found && pending.delete(id)) counts.remove(found.address);
  }

  /** The oldest come first. */
  function removeOld(): void {
    for (const [id, { since }] of pending) {
      if (now().getTime() - since < GOOD_MS) return;
      remove(id);
    }
  }

  return {
    /** @throws SealkeepError SESSION_LIMIT: those who came first keep their ids. */
    begin(address: string): string {
      removeOld();
      if (pending.size >= limits.pending || counts.of(address) >= limits.pendingOfAddress)
        throw new SealkeepError('SESSION_LIMIT', { retry_after: LIMIT_RETRY_SECONDS });
      const id = randomId();
      pending.set(id, { since: now().getTime(), address });
      counts.add(address);
      return id;
    },
    /** Takes it: true the first time, and soon enough. */
    take(id: string): boolean {
      removeOld();
      const isGood = pending.has(id);
      remove(id);
      return isGood;
    },
  };
}

export type PendingSessions = ReturnType<typeof createPendingSessions>;
