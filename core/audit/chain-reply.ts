import type { AuditChainItem, AuditChainReply } from '../../shared/api/kms/audit.ts';
import type { ChainItem } from './chain-walk.ts';
import { claimedSeq } from './checkpoint.ts';
import type { LogPiece } from './verify-log.ts';

/** An item of `GET /audit/verify`, its bytes decoded. */
export function chainItemOf({ seq, inner, link, entry, salt }: AuditChainItem): ChainItem {
  return {
    ...{ seq, inner: Buffer.from(inner, 'base64'), link: Buffer.from(link, 'base64') },
    ...(entry && salt !== undefined ? { own: { salt: Buffer.from(salt, 'base64'), entry } } : {}),
  };
}

/** What such a page is made of, each checkpoint after the entry that it says it signs. */
export function chainOfReply({ items, checkpoints }: AuditChainReply): LogPiece[] {
  const pieces = [
    ...items.map((item) => ({ seq: item.seq, piece: { item: chainItemOf(item) } })),
    ...checkpoints.map((checkpoint) => ({ seq: claimedSeq(checkpoint), piece: { checkpoint } })),
  ];
  // Of the same place the entry comes first: sorting keeps that.
  return pieces.sort((one, two) => one.seq - two.seq).map(({ piece }) => piece);
}
