import type { KmsParts } from '../parts.ts';
import type { EscrowPairs } from './escrow-pairs.ts';

/** What the operations of the escrow stand on. */
export interface EscrowParts extends KmsParts {
  readonly pairs: EscrowPairs;
}
