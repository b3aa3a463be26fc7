import { keyInJws } from '../crypto/jws.ts';
import { type ChainHead, NO_ENTRIES } from './chain.ts';
import { type ChainFault, type ChainItem, walkChain } from './chain-walk.ts';
import { verifyCheckpoint } from './checkpoint.ts';

/** What a log is made of, oldest first, each checkpoint after the entry that it signs. */
export type LogPiece = { readonly item: ChainItem } | { readonly checkpoint: string };

export interface FailedCheckpoint {
  /** Of the entry that it signs, or after which it stands where that cannot be read. */
  readonly seq: number;
  /** `signature`: nobody's that is known; `chain`: the chain was another when it was signed. */
  readonly why: 'signature' | 'chain';
}

/** What became of a whole log. */
export interface LogReport {
  readonly entries: number;
  /** The first entry that is wrong. */
  readonly fault: ChainFault | undefined;
  readonly checkpoints: number;
  readonly failed: readonly FailedCheckpoint[];
  /** The newest entry that a checkpoint which holds vouches for; what comes after could be another. */
  readonly signedUpTo: number;
  /** Thumbprint of the key that signed; undefined where nothing is signed. */
  readonly key: string | undefined;
}

/**
 * Verifies a log from its first entry on, with nothing but itself.
 * @param key thumbprint of the key that checkpoints have to be signed with; the first one's where it is not given.
 */
export async function verifyLog(pieces: AsyncIterable<LogPiece>, key?: string): Promise<LogReport> {
  const walk = walkChain(NO_ENTRIES);
  const failed: FailedCheckpoint[] = [];
  let fault: ChainFault | undefined;
  let [entries, checkpoints, signedUpTo] = [0, 0, 0];
  let signer = key;

  async function look(jws: string): Promise<void> {
    checkpoints += 1;
    const verifying = keyInJws(jws);
    signer ??= verifying?.kid;
    const claims =
      verifying?.kid === signer && verifying ? await verifyCheckpoint(jws, verifying) : undefined;
    const head = walk.head();
    if (!claims) failed.push({ seq: head.seq, why: 'signature' });
    else if (isAt(claims, head)) signedUpTo = claims.seq;
    else {
      failed.push({ seq: claims.seq, why: 'chain' });
      // What was signed and is not there any more was cut off.
      if (claims.seq > head.seq) fault ??= { seq: head.seq + 1, kind: 'missing' };
    }
  }

  for await (const piece of pieces) {
    if ('checkpoint' in piece) await look(piece.checkpoint);
    else {
      entries += 1;
      const found = walk.take(piece.item);
      fault ??= found;
    }
  }
  return { entries, fault, checkpoints, failed, signedUpTo, key: signer };
}

function isAt(claims: { readonly seq: number; readonly link: string }, head: ChainHead): boolean {
  return claims.seq === head.seq && Buffer.from(claims.link, 'base64').equals(head.link);
}
