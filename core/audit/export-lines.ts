import { z } from 'zod';
import { type AuditChainReply, auditChainItem } from '../../shared/api/kms/audit.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { chainItemOf } from './chain-reply.ts';
import { claimedSeq } from './checkpoint.ts';
import type { LogPiece } from './verify-log.ts';

/** The first line of an export (docs/audit-log.md). */
const exportHeader = z.object({
  format: z.literal('sealkeep-audit'),
  version: z.literal(1),
  /** What the KMS is called. */
  kms: z.string(),
});
const checkpointLine = z.object({ checkpoint: z.string() });

export function headerLine(kms: string): string {
  return JSON.stringify({ format: 'sealkeep-audit', version: 1, kms } satisfies z.infer<typeof exportHeader>);
}

/** A page of the chain as lines: each item as the KMS gave it, each checkpoint after the entry that it signs. */
export function exportLines({ items, checkpoints }: AuditChainReply): string[] {
  const lines = [
    ...items.map((item) => ({ seq: item.seq, line: JSON.stringify(item) })),
    ...checkpoints.map((checkpoint) => ({
      seq: claimedSeq(checkpoint),
      line: JSON.stringify({ checkpoint }),
    })),
  ];
  return lines.sort((one, two) => one.seq - two.seq).map(({ line }) => line);
}

/**
 * Reads an export, for `verifyLog`.
 * @param file its name, for what is said of it.
 * @throws SealkeepError AUDIT_EXPORT_INVALID with the first line that is none of an export's.
 */
export async function* readExport(lines: AsyncIterable<string>, file: string): AsyncGenerator<LogPiece> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const piece = number === 1 ? undefined : pieceOf(line);
    const isGood = number === 1 ? exportHeader.safeParse(jsonOf(line)).success : piece !== undefined;
    if (!isGood) throw new SealkeepError('AUDIT_EXPORT_INVALID', { file, line: number });
    if (piece) yield piece;
  }
  if (number === 0) throw new SealkeepError('AUDIT_EXPORT_INVALID', { file, line: 1 });
}

function pieceOf(line: string): LogPiece | undefined {
  const json = jsonOf(line);
  const item = auditChainItem.safeParse(json);
  return item.success ? { item: chainItemOf(item.data) } : checkpointLine.safeParse(json).data;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // No JSON is no line of an export, which the caller says.
    return undefined;
  }
}
