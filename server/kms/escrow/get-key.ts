import type { z } from 'zod';
import { openOaep } from '../../../core/crypto/rsa-oaep.ts';
import type { getKeyReply, getKeyRequest } from '../../../shared/api/kms/escrow.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { EscrowParts } from './escrow-parts.ts';
import { assertOwnEscrow } from './own-escrow.ts';
import { escrowedKeyPlace } from './places.ts';

/** Who calls, and whether what they get is sealed for them alone. */
export interface EscrowCaller {
  readonly person: Person;
  readonly isInSession: boolean;
}

/**
 * `POST /get-key`: what the person stored, as it came; and where it was encrypted for their public key, also what it
 * holds. Inside a secure session only: nobody on the way, TLS or not, is to have it.
 * @throws SealkeepError ESCROW_NOT_OWN, SESSION_REQUIRED, ESCROW_EMPTY
 */
export function getKey(
  parts: EscrowParts,
  call: Call,
  { person, isInSession }: EscrowCaller,
  { user, version }: z.output<typeof getKeyRequest>,
): Promise<z.input<typeof getKeyReply>> {
  const { atRest, audit } = parts;
  const draft = { operation: 'get-key', actor: person.name };
  return recordingRefusals(parts, call, draft, async () => {
    assertOwnEscrow(person, user);
    if (!isInSession) throw new SealkeepError('SESSION_REQUIRED');
    const row = await findStored(parts, person, version);
    if (!row) throw new SealkeepError('ESCROW_EMPTY');
    const { operation, actor } = draft;
    await audit.append(call, [{ operation, actor, reason: String(row.version) }]);
    const pair = await parts.pairs.pairOf(person);
    const stored = atRest.open(escrowedKeyPlace(person.id, row.version), row.enc_key);
    const held = pair && stored.use((bytes) => openOaep(pair.privateKey, bytes));
    try {
      const enc_key = stored.use((bytes) => bytes.toString('base64'));
      return held ? { enc_key, key: held.use((bytes) => bytes.toString('base64')) } : { enc_key };
    } finally {
      stored.destroy();
      held?.destroy();
    }
  });
}

/** The newest, where no version is named. */
function findStored({ database }: EscrowParts, { id }: Person, version: number | undefined) {
  const stored = database
    .selectFrom('escrowed_keys')
    .select(['version', 'enc_key'])
    .where('user_id', '=', id)
    .orderBy('version', 'desc');
  return (version === undefined ? stored : stored.where('version', '=', version)).limit(1).executeTakeFirst();
}
