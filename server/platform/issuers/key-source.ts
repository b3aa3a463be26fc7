import { type Jwks, type KeySet, parseKeySet, type VerifyingKey } from '../../../core/crypto/key-set.ts';

/** The verifying keys of one issuer. */
export interface KeySource {
  /** @throws SealkeepError ISSUER_UNAVAILABLE where the keys were never reached. */
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

/** Keys fetched at first need and kept; an unknown `kid` refreshes them, rate-limited, so that rotation is noticed. */
export function createKeySource({ load, now }: KeySourceParts): KeySource {
  let keys: KeySet | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  /** Whoever asks while one is under way waits for that one: a new key is good for all its tokens at once. */
  function refresh(): Promise<void> {
    loading ??= (async () => {
      triedAt = now().getTime();
      try {
        keys = parseKeySet(await load());
      } finally {
        loading = undefined;
      }
    })();
    return loading;
  }

  return {
    async keyFor(kid) {
      const isDue = loading !== undefined || now().getTime() - triedAt >= REFRESH_MS;
      if (!keys || (!keys.has(kid) && isDue)) await refresh();
      return keys?.get(kid);
    },
  };
}
