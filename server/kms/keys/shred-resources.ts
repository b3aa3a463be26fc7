import type { z } from 'zod';
import { emptyLog } from '../../../core/durable/empty-log.ts';
import type { shredReply, shredRequest } from '../../../shared/api/kms/keys.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { checkFreshCode } from '../identity/fresh-code.ts';
import type { Person } from '../identity/person.ts';
import { forgetResources } from '../keyring/resources.ts';
import type { KmsParts } from '../parts.ts';
import { assertOwnResources } from './own-resources.ts';

/**
 * `POST /keys/shred`: the owner gives resources up. Their 32 bytes go, and with them every copy of their wrapped keys,
 * wherever copies lie; nothing counts in a census for them any more.
 * @returns how many of them there were.
 * @throws SealkeepError GRANT_NOT_OWNER for another's; CODE_REFUSED, LOGIN_THROTTLED
 */
export function shredResources(
  parts: KmsParts,
  call: Call,
  person: Person,
  { resourceNames, code }: z.output<typeof shredRequest>,
): Promise<z.input<typeof shredReply>> {
  const draft = { operation: 'shred', actor: person.name };
  return recordingRefusals(parts, call, draft, async () => {
    assertOwnResources(person, resourceNames);
    const useUpCode = await checkFreshCode(parts, person, code);
    const reply = await parts.database.transaction().execute(async (transaction) => {
      await useUpCode(transaction);
      const shredded = await forgetResources(transaction, resourceNames);
      const { operation, actor } = draft;
      const entries = shredded.map((resourceName) => ({ operation, actor, resourceName }));
      await parts.audit.append(call, entries, transaction);
      return { shredded: shredded.length };
    });
    await emptyLog(parts.database);
    return reply;
  });
}
