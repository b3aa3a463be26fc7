import type { SessionKeys } from '../../core/crypto/session-keys.ts';

/** A secure session as this end keeps it: in memory only, a new one for each launch. */
export interface ClientSession {
  readonly id: string;
  readonly keys: SessionKeys;
  token: string;
  /** When the token was new, by this machine's clock. */
  tokenSince: number;
  /** Of the next message. */
  seq: number;
  /** When the server ends it, by this machine's clock: from what the server says is left, so the clocks may differ. */
  endsAt: number;
  /** So long before its end it is left alone: a call may take a while to arrive. */
  readonly marginMs: number;
}

const LONGEST_MARGIN_MS = 10_000;

/** @param leftMs what the server says that the session has. */
export function newSession(
  session: Pick<ClientSession, 'id' | 'keys' | 'token'>,
  startedAt: number,
  leftMs: number,
): ClientSession {
  return {
    ...session,
    tokenSince: startedAt,
    seq: 1,
    endsAt: startedAt + leftMs,
    marginMs: Math.min(LONGEST_MARGIN_MS, leftMs / 10),
  };
}

export function isAlive({ endsAt, marginMs }: ClientSession, now: number): boolean {
  return now < endsAt - marginMs;
}
