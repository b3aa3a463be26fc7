import { z } from 'zod';
import { timestamp } from '../api/common.ts';
import { auditSeq } from '../formats/audit-entry.ts';
import { fileName } from '../names/file-name.ts';
import { nothing } from './common.ts';

const entry = z.object({
  seq: auditSeq,
  at: z.string(),
  /** User name, or address of another issuer's person; `kms:` for the KMS itself, empty where nobody was known. */
  actor: z.string(),
  operation: z.string(),
  /** As it was registered; null for what the cloud does not tell this person. */
  file: z.string().nullable(),
  resource_name: z.string().nullable(),
  /** The caller's own words. */
  reason: z.string(),
  address: z.string(),
  decision: z.enum(['allowed', 'refused']),
  /** Why it was refused, as far as the KMS has a word for it. */
  code: z.string().nullable(),
  delegated_to: z.string().nullable(),
  /** How many calls it stands for. */
  count: z.number().int().positive(),
});
export type ActivityEntry = z.infer<typeof entry>;

/** Filters of the audit log; each compares whole values. */
const activityFilter = z.object({
  actor: z.string().min(1).max(256).optional(),
  operation: z.string().min(1).max(64).optional(),
  /** A file of one's own, or one that somebody shares, by its name in the cloud. */
  file: fileName.optional(),
  decision: z.enum(['allowed', 'refused']).optional(),
  /** From this time on, and before that one. */
  from: timestamp.optional(),
  to: timestamp.optional(),
});
export type ActivityFilter = z.input<typeof activityFilter>;

/** The audit log, as far as the person may read it: their own entries, an administrator all. */
export const ACTIVITY_CALLS = {
  /** Newest first. Fails with CLOUD_NOT_FOUND where no file is called so. */
  'activity.list': {
    input: activityFilter.extend({ before: auditSeq.optional() }),
    output: z.object({
      items: z.array(entry),
      /** What to ask with for older ones; null where there are none. */
      before: auditSeq.nullable(),
    }),
  },
  /** Walks the whole chain. Fails with AUDIT_LOG_BROKEN and the entry where it does not hold, AUDIT_CHECKPOINT_REFUSED. */
  'activity.verify': {
    input: nothing,
    output: z.object({
      entries: z.number().int().nonnegative(),
      /** The newest entry that a signature vouches for, and when it was signed; 0 and null where nothing is signed yet. */
      signed_up_to: z.number().int().nonnegative(),
      signed_at: z.string().nullable(),
    }),
  },
  /** Writes the log as JSON Lines where outputs go. By its `id` the carrier saves it, until there is another one. */
  'activity.export': {
    input: nothing,
    output: z.object({
      id: z.string(),
      name: z.string(),
      folder: z.string(),
      entries: z.number().int().nonnegative(),
    }),
  },
} as const;
