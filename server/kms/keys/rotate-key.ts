import type { z } from 'zod';
import type { keyRequest, keyVersionReply } from '../../../shared/api/kms/keys.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import { listVersions } from '../keyring/kek-versions.ts';
import { rotateKek } from '../keyring/rotate-kek.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { assertOwnKek } from './own-kek.ts';

/**
 * `POST /keys/rotate`: another version of the caller's KEK wraps from now on. What hangs on the ones before is rewrapped in the
 * background.
 * @throws SealkeepError KEY_NOT_FOUND, KEY_ROTATED_TOO_OFTEN
 */
export function rotateKey(
  parts: KmsParts,
  call: Call,
  person: Person,
  { keyId }: z.output<typeof keyRequest>,
): Promise<z.input<typeof keyVersionReply>> {
  const draft = { operation: 'rotate-key', actor: person.name, reason: keyId };
  return recordingRefusals(parts, call, draft, () =>
    parts.database.transaction().execute(async (transaction) => {
      await assertOwnKek(transaction, person, keyId);
      await assertNotTooOften(transaction, keyId, parts.now().getTime());
      const version = await rotateKek(parts, transaction, keyId);
      const { operation, actor } = draft;
      await parts.audit.append(call, [{ operation, actor, reason: `${keyId}/${version}` }], transaction);
      return { keyId, version };
    }),
  );
}

/** Each version lasts for good, and has everything that hangs on the KEK wrapped anew. To revoke one is no matter of this. */
async function assertNotTooOften(transaction: KmsTransaction, keyId: string, at: number): Promise<void> {
  const made = (await listVersions(transaction, keyId)).filter(
    ({ version, createdAt }) => version > 1 && createdAt > at - DAY_MS,
  );
  const last = made.at(-LIMITS.rotationsInADay);
  if (!last) return;
  const retry_after = Math.ceil((last.createdAt + DAY_MS - at) / 1000);
  throw new SealkeepError('KEY_ROTATED_TOO_OFTEN', { retry_after });
}
