import type { Jwks } from '../../core/crypto/key-set.ts';

/** What the bench tells the KMS that it measures. */
export type KmsOrder =
  | { readonly kind: 'start'; readonly cloudKeys: Jwks }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'watch' }
  | { readonly kind: 'held' };

export interface KmsAnswer {
  readonly address: string;
  /** The longest that the event loop was held since `watch`, in milliseconds. */
  readonly heldMs: number;
}
