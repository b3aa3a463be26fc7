import canonicalize from 'canonicalize';
import { z } from 'zod';
import { SealkeepError } from '../errors/error.ts';

/** Place of an entry in the audit log; the first has 1. */
export const auditSeq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/**
 * One entry of the audit log, as its hash is made of it (docs/audit-log.md). What an entry does not have is left out.
 * Members that are not known here belong to it all the same: a later version may write more.
 */
export const auditEntry = z.looseObject({
  seq: auditSeq,
  /** UTC, `…T12:00:00.000Z`. */
  at: z.iso.datetime(),
  request_id: z.string(),
  /** Of the caller; empty for what the KMS did of itself. */
  address: z.string(),
  /** User name, address of a foreign token, `kms:` for the KMS itself, or empty where nobody was known. */
  actor: z.string(),
  operation: z.string(),
  resource_name: z.string().optional(),
  /** The caller's own words, kept as they came. */
  reason: z.string(),
  decision: z.enum(['allowed', 'refused']),
  /** The error's code where it was refused. */
  code: z.string().optional(),
  delegated_to: z.string().optional(),
  /** How many calls one entry stands for; absent for one. */
  count: z.number().int().positive().optional(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** The text that an entry's hash is made of: canonical JSON (RFC 8785). Its strings have no lone surrogates. */
export function canonicalEntry(entry: AuditEntry): string {
  const text = canonicalize(entry);
  if (text === undefined) throw new SealkeepError('INTERNAL');
  return text;
}
