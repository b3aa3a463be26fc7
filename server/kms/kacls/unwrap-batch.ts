import type { z } from 'zod';
import type { unwrapBatchReply, unwrapBatchRequest } from '../../../shared/api/kms/kacls.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admit } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { unwrapBound } from './unwrap-bound.ts';

/** `POST /unwrap/batch`, ours: up to 1,000 resources of one owner, all or nothing (DESIGN.md, KMS over HTTP). */
export function unwrapBatch(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof unwrapBatchRequest>,
): Promise<z.input<typeof unwrapBatchReply>> {
  const draft = { operation: 'unwrap', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const batch = body.items.map((item) => item.resource_name);
    const admission = await admit(parts, { ...body, operation: 'unwrap', batch }, open);
    const wrappedKeys = body.items.map((item) => item.wrapped_key);
    const unwrapped = await unwrapBound(parts, call, open, admission, wrappedKeys);
    return { items: batch.map((name, index) => ({ resource_name: name, key: '', ...unwrapped[index] })) };
  });
}
