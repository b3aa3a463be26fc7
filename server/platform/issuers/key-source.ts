import { type Jwks, type KeySet, parseKeySet, type VerifyingKey } from '../../../core/crypto/key-set.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';

/** The verifying keys of one issuer. */
export interface KeySource {
  /** @throws SealkeepError ISSUER_UNAVAILABLE where the keys were never reached, or not for too long. */
  keyFor(kid: string): Promise<VerifyingKey | undefined>;
}

export function fixedKeySource(jwks: Jwks): KeySource {
  const keys = parseKeySet(jwks);
  return { keyFor: async (kid) => keys.get(kid) };
}

export interface KeySourceParts {
  readonly load: () => Promise<Jwks>;
  readonly now: () => Date;
}

/** An unknown `kid` costs the issuer one request in this time, however many ask. */
const REFRESH_MS = 30_000;

/** Keys older than this are fetched anew beside whatever is going on, so that nobody's request waits for it. */
const EARLY_MS = 50 * 60_000;

/** Keys older than this are fetched anew before they are used: one that its issuer withdrew ends here. */
const FRESH_MS = 3_600_000;

/** Where the issuer does not answer, the old keys go on up to this age: an outage of a moment locks nobody out. */
const LAST_MS = 2 * FRESH_MS;

/**
 * Where there are no keys to go on with and a fetch failed, nobody asks again for so long. No longer, for an app's KMS may
 * ask before its cloud has started.
 */
const RETRY_MS = 1000;

/**
 * Keys fetched at first need and kept for an hour, for two where the issuer can't be reached; an unknown `kid`
 * refreshes them as well, rate-limited, so that rotation is noticed. A request waits for a fetch only where there are no
 * keys that it may use: at first need, for an unknown `kid`, after an hour in which nobody asked.
 */
export function createKeySource({ load, now }: KeySourceParts): KeySource {
  let kept: { readonly keys: KeySet; readonly at: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: { readonly cause: unknown; readonly at: number } | undefined;
  let loading: Promise<KeySet> | undefined;

  /** Whoever asks while one is under way waits for that one: a new key is good for all its tokens at once. */
  function refresh(): Promise<KeySet> {
    loading ??= (async () => {
      triedAt = now().getTime();
      try {
        const keys = parseKeySet(await load());
        kept = { keys, at: now().getTime() };
        failure = undefined;
        return keys;
      } catch (cause) {
        failure = { cause, at: now().getTime() };
        throw cause;
      } finally {
        loading = undefined;
      }
    })();
    return loading;
  }

  const isDue = () => loading !== undefined || now().getTime() - triedAt >= REFRESH_MS;

  /** Keys for whoever has none to go on with. */
  async function needed(): Promise<KeySet> {
    if (failure && loading === undefined) {
      const age = now().getTime() - failure.at;
      // A clock that was set back must not make the pause longer.
      if (age >= 0 && age < RETRY_MS) {
        throw new SealkeepError('ISSUER_UNAVAILABLE', {}, { cause: failure.cause });
      }
    }
    return refresh();
  }

  /** Keys that may be used now. */
  async function current(): Promise<KeySet> {
    if (!kept) return needed();
    const { keys, at } = kept;
    const age = now().getTime() - at;
    if (age < EARLY_MS) return keys;
    if (age >= LAST_MS) return needed();
    const wasTried = triedAt >= at + EARLY_MS;
    // What it failed with comes up again once the keys are too old.
    const refreshed = isDue() ? refresh().catch(() => keys) : keys;
    return age < FRESH_MS || wasTried ? keys : refreshed;
  }

  return {
    async keyFor(kid) {
      const keys = await current();
      if (keys.has(kid) || !isDue()) return keys.get(kid);
      return (await refresh()).get(kid);
    },
  };
}
