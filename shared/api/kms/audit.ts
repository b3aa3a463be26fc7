import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { auditEntry, auditSeq } from '../../formats/audit-entry.ts';
import { LIMITS } from '../../limits.ts';
import { timestamp } from '../common.ts';

const count = (most: number) => z.coerce.number().int().min(1).max(most);
const text = (most: number) => z.string().min(1).max(most);

/** `GET /audit`, newest first: the caller's own entries, an administrator's are all. Filters compare whole values. */
export const auditQuery = z.object({
  actor: text(256).optional(),
  operation: text(64).optional(),
  resource_name: text(LIMITS.resourceName).optional(),
  decision: z.enum(['allowed', 'refused']).optional(),
  /** From this time on, and before that one. */
  from: timestamp.optional(),
  to: timestamp.optional(),
  /** Only entries before this one. */
  before: z.coerce.number().pipe(auditSeq).optional(),
  limit: count(LIMITS.auditPage).default(100),
});
export type AuditQuery = z.output<typeof auditQuery>;

export const auditReply = z.object({
  items: z.array(auditEntry),
  /**
   * What to ask with as `before` for older ones; absent where there are none. A page may be short of `limit`, even empty,
   * and have it: the KMS looks through so many entries at a time.
   */
  before: auditSeq.optional(),
});
export type AuditReply = z.infer<typeof auditReply>;

/** `GET /audit/verify`: the chain from an entry on, oldest first; 0 is before the first. */
export const auditChainQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: count(LIMITS.auditChainPage).default(LIMITS.auditChainPage),
});
export type AuditChainQuery = z.output<typeof auditChainQuery>;

export const auditChainItem = z.object({
  seq: auditSeq,
  /** SHA-256(salt ‖ canonical entry) */
  inner: base64Text(32, 32),
  /** SHA-256(link of the entry before ‖ inner) */
  link: base64Text(32, 32),
  /** Of entries that the caller may read. */
  entry: auditEntry.optional(),
  salt: base64Text(16, 16).optional(),
});
export type AuditChainItem = z.infer<typeof auditChainItem>;

/** A compact JWS; its payload is `auditCheckpoint`. */
const signedCheckpoint = z.string().max(LIMITS.token);

export const auditChainReply = z.object({
  /** Empty where there is nothing after `after`; a page may be shorter than `limit`. */
  items: z.array(auditChainItem),
  /** The checkpoints over entries of this page, oldest first. */
  checkpoints: z.array(signedCheckpoint),
  /** The newest of all; null where there is none yet. */
  newest: signedCheckpoint.nullable(),
});
export type AuditChainReply = z.infer<typeof auditChainReply>;

/** What a checkpoint signs: the chain up to `seq` ends in `link`. */
export const auditCheckpoint = z.object({
  /** What the KMS is called. */
  iss: z.string(),
  seq: auditSeq,
  link: base64Text(32, 32),
  at: z.iso.datetime(),
});
export type AuditCheckpoint = z.infer<typeof auditCheckpoint>;
