import { type AuditEntry, canonicalEntry } from '../../shared/formats/audit-entry.ts';
import { isEqualInConstantTime as isEqual } from '../crypto/hash.ts';
import { type ChainHead, innerOf, linkOf } from './chain.ts';

/** One entry's part of the chain, with the entry itself where whoever looks may read it. */
export interface ChainItem {
  readonly seq: number;
  readonly inner: Uint8Array;
  readonly link: Uint8Array;
  readonly own?: { readonly salt: Uint8Array; readonly entry: AuditEntry } | undefined;
}

/**
 * What is wrong with the entry that a fault names:
 * - `changed`: it is not what its hash was made of;
 * - `missing`: it is not there;
 * - `inserted`: it is one too many, for what comes after it follows the one before it;
 * - `misplaced`: it does not follow the one before it. It was changed with its hash, moved or put in, or one before it was
 *   taken out and the rest numbered anew.
 */
export interface ChainFault {
  readonly seq: number;
  readonly kind: 'changed' | 'missing' | 'inserted' | 'misplaced';
}

/** Follows a chain entry by entry. */
export interface ChainWalk {
  /** Where it stands: at the last entry that it took, as that one says. */
  head(): ChainHead;
  /** @returns what is wrong, if anything; it goes on from that entry all the same. */
  take(item: ChainItem): ChainFault | undefined;
}

/** @param start an entry that is known, or `NO_ENTRIES`. */
export function walkChain(start: ChainHead): ChainWalk {
  let head = start;
  let before: Uint8Array | undefined;
  return {
    head: () => head,
    take(item) {
      const fault = faultOf(item, head, before);
      before = head.link;
      head = { seq: item.seq, link: item.link };
      return fault;
    },
  };
}

function faultOf(item: ChainItem, head: ChainHead, before: Uint8Array | undefined): ChainFault | undefined {
  const { seq, inner, link, own } = item;
  if (seq > head.seq + 1) return { seq: head.seq + 1, kind: 'missing' };
  if (seq <= head.seq) return { seq, kind: 'misplaced' };
  if (!isEqual(link, linkOf(head.link, inner))) {
    const skipsOne = before !== undefined && isEqual(link, linkOf(before, inner));
    // A copy of the one before follows the same as that one, and is itself what is too much.
    return skipsOne && !isEqual(link, head.link)
      ? { seq: head.seq, kind: 'inserted' }
      : { seq, kind: 'misplaced' };
  }
  if (own && (own.entry.seq !== seq || !isEqual(inner, innerOf(own.salt, canonicalEntry(own.entry))))) {
    return { seq, kind: 'changed' };
  }
  return undefined;
}
