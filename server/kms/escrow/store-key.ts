import type { z } from 'zod';
import type { storeKeyReply, storeKeyRequest } from '../../../shared/api/kms/escrow.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { EscrowParts } from './escrow-parts.ts';
import { assertOwnEscrow } from './own-escrow.ts';
import { escrowedKeyPlace } from './places.ts';

/**
 * `POST /store-key`: another version of what the person has in escrow; those before it stay. What it is, is theirs.
 * @throws SealkeepError ESCROW_NOT_OWN, ESCROW_FULL
 */
export function storeKey(
  { atRest, audit, commits, database, now }: EscrowParts,
  call: Call,
  person: Person,
  { user, enc_key }: z.output<typeof storeKeyRequest>,
): Promise<z.input<typeof storeKeyReply>> {
  const draft = { operation: 'store-key', actor: person.name };
  return recordingRefusals({ audit, commits }, call, draft, async () => {
    assertOwnEscrow(person, user);
    const bytes = Buffer.from(enc_key, 'base64');
    await database.transaction().execute(async (transaction) => {
      const { newest } = await transaction
        .selectFrom('escrowed_keys')
        .select(({ fn }) => fn.max('version').as('newest'))
        .where('user_id', '=', person.id)
        .executeTakeFirstOrThrow();
      const version = (newest ?? 0) + 1;
      const limit = LIMITS.escrowedVersions;
      if (version > limit) throw new SealkeepError('ESCROW_FULL', { limit });
      await transaction
        .insertInto('escrowed_keys')
        .values({
          user_id: person.id,
          version,
          enc_key: atRest.seal(escrowedKeyPlace(person.id, version), bytes),
          created_at: now().getTime(),
        })
        .execute();
      const { operation, actor } = draft;
      await audit.append(call, [{ operation, actor, reason: String(version) }], transaction);
    });
    bytes.fill(0);
    return { status: 'stored' };
  });
}
