import type { z } from 'zod';
import type { keyVersionReply } from '../../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import { createKek } from '../keyring/create-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';

/**
 * `POST /keys/generate`: a further KEK of the caller's, which wraps only where a call names it.
 * @throws SealkeepError KEY_LIMIT
 */
export function generateKey(
  parts: KmsParts,
  call: Call,
  person: Person,
): Promise<z.input<typeof keyVersionReply>> {
  const { atRest, audit, database, now } = parts;
  const draft = { operation: 'generate-key', actor: person.name };
  return recordingRefusals(parts, call, draft, () =>
    database.transaction().execute(async (transaction) => {
      await assertRoom(transaction, person);
      const kek = { realm: OWN_REALM, ownerId: person.id, isFirst: false, createdAt: now().getTime() };
      const keyId = await createKek(transaction, atRest, kek);
      const { operation, actor } = draft;
      await audit.append(call, [{ operation, actor, reason: `${keyId}/1` }], transaction);
      return { keyId, version: 1 };
    }),
  );
}

/** Nothing ever removes a KEK, so whoever makes them without end fills the disk. */
async function assertRoom(transaction: KmsTransaction, { id }: Person): Promise<void> {
  const { count } = await transaction
    .selectFrom('keks')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('realm', '=', OWN_REALM)
    .where('owner_id', '=', id)
    .executeTakeFirstOrThrow();
  if (count >= LIMITS.keks) throw new SealkeepError('KEY_LIMIT', { limit: LIMITS.keks });
}
