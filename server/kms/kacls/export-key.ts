import type { z } from 'zod';
import type { exportReply, exportRequest } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { checkFreshCode } from '../identity/fresh-code.ts';
import { admit } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { unwrapBound } from './unwrap-bound.ts';

/**
 * `POST /unwrap/export`, ours: decided as `/unwrap` is, and only with a fresh code of whoever asks, since this DEK is
 * going to lie about unwrapped (DESIGN.md, what must always hold, 3). It has an operation of its own in the audit log.
 * @throws SealkeepError what an unwrap throws; AUTHENTICATION_INVALID for the people of other issuers, whose codes we do
 *   not know; CODE_REFUSED, LOGIN_THROTTLED.
 */
export function exportKey(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof exportRequest>,
): Promise<z.input<typeof exportReply>> {
  const draft = { operation: 'export-key', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const admission = await admit(parts, { ...body, operation: 'unwrap' }, open);
    if (!admission.person) throw new SealkeepError('AUTHENTICATION_INVALID');
    const useUpCode = await checkFreshCode(parts, admission.person, body.code);
    const [unwrapped] = await unwrapBound(parts, call, open, admission, [body.wrapped_key], useUpCode);
    return { key: unwrapped?.key ?? '' };
  });
}
