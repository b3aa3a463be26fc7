import { type ChainHead, NO_ENTRIES } from '../../core/audit/chain.ts';
import { chainOfReply } from '../../core/audit/chain-reply.ts';
import { verifyCheckpoint } from '../../core/audit/checkpoint.ts';
import { checkLog, type HeldCheckpoint, type LogCheck } from '../../core/audit/verify-log.ts';
import { kidOfJws } from '../../core/crypto/jws.ts';
import { parseKeySet, type VerifyingKey } from '../../core/crypto/key-set.ts';
import type { AuditChainReply } from '../../shared/api/kms/audit.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { KmsClient } from '../servers/kms-client.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

export interface LogToFollow {
  readonly kms: KmsClient;
  readonly store: CheckpointStore;
}

export interface FollowOptions {
  /** An authentication token. */
  readonly bearer: string;
  /** From the first entry on, rather than from what was seen last. */
  readonly isWhole?: boolean;
  /** How many pages of 10,000 entries are asked for; all where it is not given. The rest comes with the next time. */
  readonly pages?: number;
}

/** What was found to hold. */
export interface FollowedLog {
  /** The entry it was followed from, 0 for the beginning. */
  readonly from: number;
  /** The entries that were looked at. */
  readonly entries: number;
  /** The newest entry that a checkpoint vouches for; 0 where nothing is signed yet. */
  readonly signedUpTo: number;
}

/**
 * Follows the KMS's audit log from the newest checkpoint that was seen to the newest that there is, and keeps that one.
 * Where none was seen yet the newest is kept as it is, as at any first contact.
 * @throws SealkeepError AUDIT_LOG_BROKEN where the log does not hold (any more) what was seen, or is not whole;
 *   AUDIT_CHECKPOINT_REFUSED where a checkpoint is not signed by the KMS's key for that; SERVER_*.
 */
export async function followLog(
  { kms, store }: LogToFollow,
  { bearer, isWhole = false, pages = Number.POSITIVE_INFINITY }: FollowOptions,
): Promise<FollowedLog> {
  const seen = await store.read();
  const keyOf = await checkpointKeys(kms);
  const start = seen && !isWhole ? headOf(seen) : NO_ENTRIES;
  let reply = await kms.auditChain(bearer, { after: start.seq });
  const newest = await newestOf(reply, keyOf);
  if (seen && (!newest || newest.seq < seen.seq)) throw broken(seen.seq);
  if (!newest) return { from: start.seq, entries: 0, signedUpTo: 0 };
  if (seen && newest.seq === seen.seq && newest.link !== seen.link) throw broken(seen.seq);
  if (!seen && !isWhole) {
    await store.keep(newest);
    return { from: newest.seq, entries: 0, signedUpTo: newest.seq };
  }

  const check = checkLog(start, keyOf);
  for (let page = 1; ; page += 1) {
    await takePage(check, reply, seen);
    const held = check.held();
    if (held) await store.keep(held);
    const { seq } = check.head();
    if (seq >= newest.seq) {
      // The newest one is over an entry that was looked at, so it has to be among those that hold.
      if ((held?.seq ?? start.seq) < newest.seq) throw broken(newest.seq);
      break;
    }
    if (page >= pages) break;
    if (reply.items.length === 0) throw broken(seq + 1);
    reply = await kms.auditChain(bearer, { after: seq });
  }
  const { entries, signedUpTo } = check.report();
  return { from: start.seq, entries, signedUpTo: signedUpTo || start.seq };
}

type KeyOf = (jws: string) => VerifyingKey | undefined;

/** The keys that the KMS publishes for checkpoints. It was known by its keys when the agent connected. */
async function checkpointKeys(kms: KmsClient): Promise<KeyOf> {
  const keys = parseKeySet(await kms.jwks());
  return (jws) => keys.get(kidOfJws(jws) ?? '');
}

async function newestOf({ newest }: AuditChainReply, keyOf: KeyOf): Promise<HeldCheckpoint | undefined> {
  if (newest === null) return undefined;
  const key = keyOf(newest);
  const claims = key && verifyCheckpoint(newest, key);
  if (!claims) throw new SealkeepError('AUDIT_CHECKPOINT_REFUSED');
  return { seq: claims.seq, link: claims.link, jws: newest };
}

/** @throws SealkeepError where anything of the page is not as it has to be. */
async function takePage(
  check: LogCheck,
  reply: AuditChainReply,
  seen: HeldCheckpoint | undefined,
): Promise<void> {
  for (const piece of chainOfReply(reply)) {
    await check.take(piece);
    const { seq, link } = check.head();
    if (seq === seen?.seq && !headOf(seen).link.equals(link)) throw broken(seq);
    const { fault, failed } = check.report();
    if (fault) throw broken(fault.seq);
    const [first] = failed;
    if (first?.why === 'chain') throw broken(first.seq);
    if (first) throw new SealkeepError('AUDIT_CHECKPOINT_REFUSED');
  }
}

function headOf({ seq, link }: HeldCheckpoint): ChainHead & { readonly link: Buffer } {
  return { seq, link: Buffer.from(link, 'base64') };
}

function broken(seq: number): SealkeepError {
  return new SealkeepError('AUDIT_LOG_BROKEN', { seq });
}
