/// <reference path="./rate-limiter-memory.d.ts" />
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomToken } from '../../../core/crypto/random.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { networkOf } from '../config/addresses.ts';

/** What calls are counted by, and how many times the setting each may make: a person has several devices. */
const SHARES = { token: 1, account: 2, address: 2 } as const;
export type CountedBy = keyof typeof SHARES;

/** Counters of each kind. Callers beyond them share some, so that no crowd of names or addresses takes more memory. */
const COUNTERS = 8192;
const WINDOW_SECONDS = 60;

/** Counts the calls of a minute, which begins with a caller's first. */
export interface CallLimits {
  /** @throws SealkeepError RATE_LIMITED, with the seconds to wait, where that is one call too many. */
  count(by: CountedBy, name: string): Promise<void>;
}

/** @param perMinute calls that one token may make in a minute; 0 counts nothing. */
export function createCallLimits(perMinute: number): CallLimits {
  if (perMinute === 0) return { count: async () => undefined };
  // Nobody can choose a name that counts with somebody else's.
  const salt = randomToken();
  const limiterOf = (share: number) =>
    new RateLimiterMemory({ points: perMinute * share, duration: WINDOW_SECONDS, keyPrefix: '' });
  const limiters: Readonly<Record<CountedBy, RateLimiterMemory>> = {
    token: limiterOf(SHARES.token),
    account: limiterOf(SHARES.account),
    address: limiterOf(SHARES.address),
  };
  return {
    async count(by, name) {
      const counted = by === 'address' ? networkOf(name) : name;
      const counter = sha256(salt + counted).readUInt32BE() % COUNTERS;
      try {
        await limiters[by].consume(counter);
      } catch (over) {
        if (!(over instanceof RateLimiterRes)) throw over;
        throw new SealkeepError('RATE_LIMITED', { retry_after: Math.ceil(over.msBeforeNext / 1000) });
      }
    },
  };
}
