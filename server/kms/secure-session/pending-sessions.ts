import { randomId } from '../../../core/crypto/random.ts';

/** A session's id is good for one key exchange, and so long. */
const GOOD_MS = 60_000;
/** Of callers who never come back the oldest are forgotten. */
const MAX_PENDING = 10_000;

/** Ids that were given out and wait for their key. In memory: a client whose server restarts in between asks again. */
export function createPendingSessions(now: () => Date) {
  const pending = new Map<string, number>();
  return {
    begin(): string {
      const id = randomId();
      const [oldest] = pending.keys();
      if (pending.size >= MAX_PENDING && oldest !== undefined) pending.delete(oldest);
      pending.set(id, now().getTime());
      return id;
    },
    /** Takes it: true the first time, and soon enough. */
    take(id: string): boolean {
      const since = pending.get(id);
      pending.delete(id);
      return since !== undefined && now().getTime() - since < GOOD_MS;
    },
  };
}

export type PendingSessions = ReturnType<typeof createPendingSessions>;
