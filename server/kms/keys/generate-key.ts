import type { z } from 'zod';
import type { keyVersionReply } from '../../../shared/api/kms/keys.ts';
import type { Call } from '../../platform/http/call.ts';
import type { Person } from '../identity/person.ts';
import { createKek } from '../keyring/create-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsParts } from '../parts.ts';

/** `POST /keys/generate`: a further KEK of the caller's, which wraps only where a call names it. */
export function generateKey(
  { atRest, audit, database, now }: KmsParts,
  call: Call,
  person: Person,
): Promise<z.input<typeof keyVersionReply>> {
  return database.transaction().execute(async (transaction) => {
    const kek = { realm: OWN_REALM, ownerId: person.id, isFirst: false, createdAt: now().getTime() };
    const keyId = await createKek(transaction, atRest, kek);
    const entry = { actor: person.name, operation: 'generate-key', reason: `${keyId}/1` };
    await audit.append(call, [entry], transaction);
    return { keyId, version: 1 };
  });
}
