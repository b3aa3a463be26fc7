import type { z } from 'zod';
import type { unwrapReply, unwrapRequest } from '../../../shared/api/kms/kacls.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admit } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { unwrapBound } from './unwrap-bound.ts';

/** `POST /unwrap`, kacls.md §6.3. */
export function unwrap(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof unwrapRequest>,
): Promise<z.input<typeof unwrapReply>> {
  const draft = { operation: 'unwrap', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const admission = await admit(parts, { ...body, operation: 'unwrap', takesDelegated: true }, open);
    const [unwrapped = { key: '' }] = await unwrapBound(parts, call, open, admission, [body.wrapped_key]);
    return unwrapped;
  });
}
