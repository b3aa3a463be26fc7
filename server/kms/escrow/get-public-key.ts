import type { z } from 'zod';
import type { publicKeyReply } from '../../../shared/api/kms/escrow.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { EscrowParts } from './escrow-parts.ts';
import { assertOwnEscrow } from './own-escrow.ts';

/**
 * `GET /get-public-key/:user`: the public half of the person's pair, made when it is first asked for, which takes
 * seconds. What is encrypted for it can be stored, and the KMS opens it for that person alone.
 * @throws SealkeepError ESCROW_NOT_OWN
 */
export function getPublicKey(
  { audit, commits, pairs }: EscrowParts,
  call: Call,
  person: Person,
  user: string,
): Promise<z.input<typeof publicKeyReply>> {
  const draft = { operation: 'get-public-key', actor: person.name };
  return recordingRefusals({ audit, commits }, call, draft, async () => {
    assertOwnEscrow(person, user);
    const { operation, actor } = draft;
    const known = await pairs.publicKeyOf(person);
    const { publicKey, isMade } =
      known === undefined
        ? await pairs.make(person, (transaction) =>
            audit.append(call, [{ operation, actor, reason: 'made' }], transaction),
          )
        : { publicKey: known, isMade: false };
    if (!isMade) await audit.append(call, [{ operation, actor }]);
    return { public_key: publicKey };
  });
}
