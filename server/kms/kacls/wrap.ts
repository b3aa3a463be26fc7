import type { z } from 'zod';
import { Secret } from '../../../core/crypto/secret.ts';
import type { wrapReply, wrapRequest } from '../../../shared/api/kms/kacls.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admit } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { wrapBound } from './wrap-bound.ts';

/** `POST /wrap`, kacls.md §6.2. */
export function wrap(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof wrapRequest>,
): Promise<z.input<typeof wrapReply>> {
  const draft = { operation: 'wrap', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const admission = await admit(parts, { ...body, operation: 'wrap', takesDelegated: true }, open);
    const deks = [Secret.take(Buffer.from(body.key, 'base64'))];
    const [wrapped = ''] = await wrapBound(parts, call, open, admission, deks, body.key_id);
    return { wrapped_key: wrapped };
  });
}
