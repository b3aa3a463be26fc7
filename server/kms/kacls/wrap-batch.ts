import type { z } from 'zod';
import { Secret } from '../../../core/crypto/secret.ts';
import type { wrapBatchReply, wrapBatchRequest } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admit } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { wrapBound } from './wrap-bound.ts';

/** `POST /wrap/batch`, ours: up to 1,000 resources of one owner, all or nothing (DESIGN.md, KMS over HTTP). */
export function wrapBatch(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof wrapBatchRequest>,
): Promise<z.input<typeof wrapBatchReply>> {
  const draft = { operation: 'wrap', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const batch = body.items.map((item) => item.resource_name);
    const admission = await admit(parts, { ...body, operation: 'wrap', batch }, open);
    // One resource twice would be two wraps of it, and which of them is the newest nobody could say.
    if (new Set(batch).size < batch.length) throw new SealkeepError('REQUEST_INVALID', { reason: 'items' });
    const deks = body.items.map((item) => Secret.take(Buffer.from(item.key, 'base64')));
    const wrapped = await wrapBound(parts, call, open, admission, deks);
    return {
      items: batch.map((name, index) => ({ resource_name: name, wrapped_key: wrapped[index] ?? '' })),
    };
  });
}
