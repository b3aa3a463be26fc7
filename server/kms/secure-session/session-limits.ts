/** Who asks for a secure session is nobody yet, so what the asking makes is bounded, for one address and in all. */
export interface SessionLimits {
  /** Ids that were given out and wait for their key. */
  readonly pending: number;
  readonly pendingOfAddress: number;
  /** Sessions that live. */
  readonly live: number;
  readonly liveOfAddress: number;
}

/** One address may be a whole team's, and each command of a script opens a session that lives 15 minutes. */
export const SESSION_LIMITS: SessionLimits = {
  pending: 10_000,
  pendingOfAddress: 200,
  live: 20_000,
  liveOfAddress: 4000,
};

/** By then what has ended is removed. */
export const LIMIT_RETRY_SECONDS = 60;

/** How many of something each address has. It holds no address that has none. */
export function createAddressCounts() {
  const counts = new Map<string, number>();
  return {
    of: (address: string) => counts.get(address) ?? 0,
    add(address: string) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    },
    remove(address: string) {
      const left = (counts.get(address) ?? 0) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    },
  };
}
