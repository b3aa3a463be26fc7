import type { KekVersionName } from '../keyring/wrapped-key.ts';
import type { KmsParts } from '../parts.ts';

/** What the calls on keys stand on. */
export interface KeyEndpointParts extends KmsParts {
  /** Begins the work in the background that a change makes necessary. */
  readonly wakeUpkeep: () => void;
  /**
   * Counts what the cloud keeps under a version, in case more hangs on it than was known.
   * @returns how many those are.
   * @throws SealkeepError CLOUD_UNAVAILABLE
   */
  readonly recount: (kek: KekVersionName) => Promise<number>;
}
