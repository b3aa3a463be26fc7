import { isSameText } from '../core/crypto/hash.ts';
import { randomToken } from '../core/crypto/random.ts';

/** Secrets of 256 bits that are good once and for a while, each with what it stands for. */
export interface OneTimeSecrets<Value> {
  issue(value: Value): string;
  /** Uses it up. @returns undefined for one that was never issued, was used, or is too old. */
  take(secret: string): Value | undefined;
}

/** @param now milliseconds of a clock that never goes back. */
export function createOneTimeSecrets<Value extends object>(
  lifeMs: number,
  now: () => number,
): OneTimeSecrets<Value> {
  const issued = new Map<string, { readonly value: Value; readonly until: number }>();
  const dropExpired = () => {
    for (const [secret, { until }] of issued) if (until <= now()) issued.delete(secret);
  };
  return {
    issue(value) {
      dropExpired();
      const secret = randomToken();
      issued.set(secret, { value, until: now() + lifeMs });
      return secret;
    },
    take(shown) {
      dropExpired();
      // Every one is looked at, so that time tells nothing of any.
      const [found] = [...issued].filter(([secret]) => isSameText(secret, shown));
      if (!found) return undefined;
      issued.delete(found[0]);
      return found[1].value;
    },
  };
}
