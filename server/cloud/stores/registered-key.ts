import type { KekVersionClaim } from '../../../shared/formats/wrapped-key.ts';

/** A `.key` as the cloud keeps it. */
export interface RegisteredKey {
  readonly resource: string;
  /** The text of the `.key`. */
  readonly text: string;
  readonly mac: string;
  readonly kek: KekVersionClaim;
}
