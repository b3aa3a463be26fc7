import type { z } from 'zod';
import type { keyRequest, keyVersionReply } from '../../../shared/api/kms/keys.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import { rotateKek } from '../keyring/rotate-kek.ts';
import type { KmsParts } from '../parts.ts';
import { assertOwnKek } from './own-kek.ts';

/**
 * `POST /keys/rotate`: another version of the caller's KEK wraps from now on. What hangs on the ones before is carried
 * over in the background.
 * @throws SealkeepError KEY_NOT_FOUND
 */
export function rotateKey(
  parts: KmsParts,
  call: Call,
  person: Person,
  { keyId }: z.output<typeof keyRequest>,
): Promise<z.input<typeof keyVersionReply>> {
  const draft = { operation: 'rotate-key', actor: person.name, reason: keyId, resourceName: undefined };
  return recordingRefusals(parts, call, draft, () =>
    parts.database.transaction().execute(async (transaction) => {
      await assertOwnKek(transaction, person, keyId);
      const version = await rotateKek(parts, transaction, keyId);
      const { operation, actor } = draft;
      await parts.audit.append(call, [{ operation, actor, reason: `${keyId}/${version}` }], transaction);
      return { keyId, version };
    }),
  );
}
