import type { Jwks } from '../../core/crypto/key-set.ts';

/** What the bench tells the KMS that it measures. */
export type KmsOrder =
  | { readonly kind: 'start'; readonly cloudKeys: Jwks }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'watch' }
  | { readonly kind: 'watched' };

/** What a process used since `watch`, all its threads together. */
export interface Watched {
  /** The longest that the event loop was held, in milliseconds. */
  readonly heldMs: number;
  /** Processor time in microseconds. */
  readonly cpuUs: number;
}

export interface KmsAnswer extends Watched {
  readonly address: string;
}
