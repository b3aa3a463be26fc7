import { randomId } from '../../../core/crypto/random.ts';
import type { Call } from '../../platform/http/call.ts';

/** Stands in the audit log for what nobody called for: the KMS's own work, from no address. */
export function ownAct(): Call {
  return { requestId: randomId(), address: '' };
}

/** Who did it. No user name has a colon. */
export const OWN_ACTOR = 'kms:';
