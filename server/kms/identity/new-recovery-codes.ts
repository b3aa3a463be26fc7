import type { z } from 'zod';
import type { recoveryCodesReply } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { checkFreshCode } from './fresh-code.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Person } from './person.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';

/**
 * `POST /recovery-codes`: ten new ones for the person who asks; those from before are good no more.
 * @throws SealkeepError CODE_REFUSED, LOGIN_THROTTLED
 */
export function newRecoveryCodes(
  parts: IdentityParts,
  person: Person,
  { code }: { readonly code: string },
  call: Call,
): Promise<z.output<typeof recoveryCodesReply>> {
  const draft = {
    operation: 'new-recovery-codes',
    actor: person.name,
  };
  return recordingRefusals(parts, call, draft, async () => {
    const useUpCode = await checkFreshCode(parts, person, code);
    return parts.database.transaction().execute(async (transaction) => {
      await useUpCode(transaction);
      const { operation, actor } = draft;
      await parts.audit.append(call, [{ operation, actor }], transaction);
      return { recovery_codes: await renewRecoveryCodes(transaction, person.id) };
    });
  });
}
