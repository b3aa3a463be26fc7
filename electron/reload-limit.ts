/** So often the page is loaded anew by itself … */
const RELOADS = 3;
/** … within so long. */
const WITHIN_MS = 60_000;

export interface ReloadLimit {
  /** Whether the page may be loaded anew by itself once more; counts it if so. */
  take(): boolean;
  /** Forgets what was counted. */
  reset(): void;
}

/** Keeps a page that dies as soon as it is loaded from being loaded for ever. @param now milliseconds. */
export function createReloadLimit(now: () => number): ReloadLimit {
  let taken: number[] = [];
  return {
    take() {
      taken = taken.filter((at) => now() - at < WITHIN_MS);
      if (taken.length >= RELOADS) return false;
      taken.push(now());
      return true;
    },
    reset() {
      taken = [];
    },
  };
}
