import { z } from 'zod';
import { innerOf, linkOf, NO_ENTRIES } from '../../core/audit/chain.ts';
import { auditEntry, canonicalEntry } from '../../shared/formats/audit-entry.ts';

/** Of somebody who may read all. */
const exportLine = z.union([
  z.object({ checkpoint: z.string() }),
  z.object({ seq: z.number(), salt: z.string(), entry: auditEntry }),
]);

/** An export: changes the second entry and chains everything anew; checkpoints get what they would have to say, or are left out. */
export function forged([header = '', ...lines]: readonly string[], withCheckpoints: boolean): string {
  let { seq, link } = NO_ENTRIES;
  const made = lines.flatMap((line) => {
    const item = exportLine.parse(JSON.parse(line));
    if ('checkpoint' in item) {
      if (!withCheckpoints) return [];
      const [head, payload = '', signature] = item.checkpoint.split('.');
      const said = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
      const claims = JSON.stringify({ ...said, seq, link: Buffer.from(link).toString('base64') });
      return JSON.stringify({
        checkpoint: [head, Buffer.from(claims).toString('base64url'), signature].join('.'),
      });
    }
    seq = item.seq;
    const entry = seq === 2 ? { ...item.entry, actor: 'eve' } : item.entry;
    const inner = innerOf(Buffer.from(item.salt, 'base64'), canonicalEntry(entry));
    link = linkOf(link, inner);
    return JSON.stringify({
      ...{ ...item, entry },
      ...{ inner: inner.toString('base64'), link: Buffer.from(link).toString('base64') },
    });
  });
  return [header, ...made, ''].join('\n');
}

/** An export up to its newest checkpoint, and so many entries after it that nobody may read. */
export function goneOn(lines: readonly string[], more: number): string {
  const signed = lines.slice(0, lines.findLastIndex((line) => line.startsWith('{"checkpoint"')) + 1);
  const last = signed.findLast((line) => line.startsWith('{"seq"')) ?? '';
  let { seq, link } = z
    .object({
      seq: z.number(),
      link: z.string().transform((text): Uint8Array => Buffer.from(text, 'base64')),
    })
    .parse(JSON.parse(last));
  const inner = Buffer.alloc(32);
  const rest = Array.from({ length: more }, () => {
    seq += 1;
    link = linkOf(link, inner);
    return JSON.stringify({
      seq,
      inner: inner.toString('base64'),
      link: Buffer.from(link).toString('base64'),
    });
  });
  return [...signed, ...rest, ''].join('\n');
}
