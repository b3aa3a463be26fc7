import { keyInJws } from '../crypto/jws.ts';
import type { VerifyingKey } from '../crypto/key-set.ts';
import { type ChainHead, NO_ENTRIES } from './chain.ts';
import { type ChainFault, type ChainItem, walkChain } from './chain-walk.ts';
import { CHECKPOINT_EVERY, verifyCheckpoint } from './checkpoint.ts';

/** What a log is made of, oldest first, each checkpoint after the entry that it signs. */
export type LogPiece = { readonly item: ChainItem } | { readonly checkpoint: string };

interface FailedCheckpoint {
  /** Of the entry that it signs, or after which it stands where that cannot be read. */
  readonly seq: number;
  /** `signature`: nobody's that is known; `chain`: the chain was another when it was signed. */
  readonly why: 'signature' | 'chain';
}

/** What became of a log. */
interface LogReport {
  readonly entries: number;
  /** The first entry that is wrong. */
  readonly fault: ChainFault | undefined;
  readonly checkpoints: number;
  readonly failed: readonly FailedCheckpoint[];
  /** The newest entry that a checkpoint which holds vouches for, 0 for none: what comes after could be another. */
  readonly signedUpTo: number;
}

/** A checkpoint that holds. */
export interface HeldCheckpoint {
  readonly seq: number;
  /** base64 */
  readonly link: string;
  readonly jws: string;
}

/** Looks at a log piece by piece. */
export interface LogCheck {
  take(piece: LogPiece): Promise<void>;
  /** Where the chain stands. */
  head(): ChainHead;
  report(): LogReport;
  /** The newest checkpoint that holds. */
  held(): HeldCheckpoint | undefined;
}

/**
 * @param start an entry that is known, or `NO_ENTRIES`.
 * @param keyOf the key that a checkpoint has to be signed with; undefined where that is nobody's who is known.
 */
export function checkLog(start: ChainHead, keyOf: (jws: string) => VerifyingKey | undefined): LogCheck {
  const walk = walkChain(start);
  const failed: FailedCheckpoint[] = [];
  let fault: ChainFault | undefined;
  let held: HeldCheckpoint | undefined;
  let [entries, checkpoints] = [0, 0];

  async function look(jws: string): Promise<void> {
    checkpoints += 1;
    const key = keyOf(jws);
    const claims = key && verifyCheckpoint(jws, key);
    const { seq, link } = walk.head();
    if (!claims) failed.push({ seq, why: 'signature' });
    else if (claims.seq === seq && Buffer.from(claims.link, 'base64').equals(link)) {
      held = { seq, link: claims.link, jws };
    } else {
      failed.push({ seq: claims.seq, why: 'chain' });
      // What was signed and is not there any more was cut off.
      if (claims.seq > seq) fault ??= { seq: seq + 1, kind: 'missing' };
    }
  }

  return {
    head: walk.head,
    held: () => held,
    report: () => ({ entries, fault, checkpoints, failed: [...failed], signedUpTo: held?.seq ?? 0 }),
    async take(piece) {
      if ('checkpoint' in piece) await look(piece.checkpoint);
      else {
        entries += 1;
        const found = walk.take(piece.item);
        fault ??= found;
      }
    },
  };
}

/** A report of a whole log, which says itself whose it is. */
export interface WholeLogReport extends LogReport {
  /** Thumbprint of the key that signed; undefined where nothing is signed. */
  readonly key: string | undefined;
  /**
   * Whether it is signed as far as a KMS signs one: at all, and with fewer entries after the newest checkpoint than it ever
   * leaves. Chain and checkpoints of a log that was made anew hold, too, once the checkpoints are taken out.
   */
  readonly isSigned: boolean;
}

/**
 * Verifies a log from its first entry on, with nothing but itself.
 * @param key thumbprint of the key that checkpoints have to be signed with; the first one's where it is not given.
 */
export async function verifyLog(pieces: AsyncIterable<LogPiece>, key?: string): Promise<WholeLogReport> {
  let signer = key;
  const check = checkLog(NO_ENTRIES, (jws) => {
    const found = keyInJws(jws);
    signer ??= found?.kid;
    return found?.kid === signer ? found : undefined;
  });
  for await (const piece of pieces) await check.take(piece);
  const report = check.report();
  const unsigned = check.head().seq - report.signedUpTo;
  return { ...report, key: signer, isSigned: report.signedUpTo > 0 && unsigned < CHECKPOINT_EVERY };
}
