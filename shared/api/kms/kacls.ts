import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';
import { totpCode } from './identity.ts';

const utf8Length = (text: string) => new TextEncoder().encode(text).length;

const token = z.string().min(1).max(LIMITS.token);
/** Opaque text of at most 1 KB; absent means empty (kacls.md §1). */
const reason = z
  .string()
  .default('')
  .refine((text) => utf8Length(text) <= LIMITS.reason);
const dek = base64Text(1, LIMITS.dek);
const wrappedKey = base64Text(1, (LIMITS.wrappedKeyText / 4) * 3);
const resourceName = z
  .string()
  .min(1)
  .refine((text) => utf8Length(text) <= LIMITS.resourceName);
/** Absent means empty. */
const perimeterId = z
  .string()
  .default('')
  .refine((text) => utf8Length(text) <= LIMITS.perimeterId);

const tokens = { authentication: token, authorization: token, reason };

/** kacls.md §6.2. `key_id` is ours: which KEK of the owner wraps, the first where it is absent. */
export const wrapRequest = z.object({ ...tokens, key: dek, key_id: z.string().max(64).optional() });
export const wrapReply = z.object({ wrapped_key: wrappedKey });
/** kacls.md §6.3 */
export const unwrapRequest = z.object({ ...tokens, wrapped_key: wrappedKey });
export const unwrapReply = z.object({
  key: dek,
  /** Ours: the same DEK wrapped anew, where the KEK has had a newer version since. */
  wrapped_key: wrappedKey.optional(),
});

/** kacls.md §6.4 */
export const digestRequest = z.object({ authorization: token, reason, wrapped_key: wrappedKey });
export const digestReply = z.object({ resource_key_hash: z.string() });
/** kacls.md §6.5; `wrapped_key` is the other key service's. */
export const rewrapRequest = z.object({
  authorization: token,
  original_kacls_url: z.string().min(1).max(512),
  reason,
  wrapped_key: wrappedKey,
});
export const rewrapReply = z.object({ resource_key_hash: z.string(), wrapped_key: wrappedKey });
/** kacls.md §6.13 */
export const delegateRequest = z.object(tokens);
export const delegateReply = z.object({ delegated_authentication: token });
/** kacls.md §6.8 */
export const privilegedWrapRequest = z.object({
  authentication: token,
  key: dek,
  perimeter_id: perimeterId,
  reason,
  resource_name: resourceName,
});
/** kacls.md §6.7 */
export const privilegedUnwrapRequest = z.object({
  authentication: token,
  reason,
  resource_name: resourceName,
  wrapped_key: wrappedKey,
});

/** Ours: an unwrap whose DEK is for a person's eyes, which takes a fresh code. */
export const exportRequest = z.object({ ...tokens, wrapped_key: wrappedKey, code: totpCode });
export const exportReply = z.object({ key: dek });

function batchOf<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(LIMITS.batch);
}
export const wrapBatchRequest = z.object({
  ...tokens,
  items: batchOf(z.object({ resource_name: resourceName, key: dek })),
});
export const wrapBatchReply = z.object({
  items: batchOf(z.object({ resource_name: resourceName, wrapped_key: wrappedKey })),
});
export const unwrapBatchRequest = z.object({
  ...tokens,
  items: batchOf(z.object({ resource_name: resourceName, wrapped_key: wrappedKey })),
});
export const unwrapBatchReply = z.object({
  items: batchOf(unwrapReply.extend({ resource_name: resourceName })),
});

/** kacls.md §6.1 */
export const statusReply = z.object({
  server_type: z.literal('KACLS'),
  vendor_id: z.string(),
  version: z.string(),
  name: z.string(),
  operations_supported: z.array(z.string()),
});

/**
 * kacls.md §4. `details` is text: our code first, then the request's id, so that our own client can read the code
 * and others have something to quote.
 */
export const kaclsErrorReply = z.object({ code: z.number().int(), message: z.string(), details: z.string() });
