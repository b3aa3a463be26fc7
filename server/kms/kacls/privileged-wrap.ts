import type { z } from 'zod';
import { Secret } from '../../../core/crypto/secret.ts';
import type { privilegedWrapRequest, wrapReply } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { parseResourceName } from '../../../shared/names/resource-name.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { KekHolder } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { verifyPrivileged } from './verify-privileged.ts';
import { wrapRecorded } from './wrap-recorded.ts';

/** `POST /privilegedwrap`, kacls.md §6.8: for imports. The wrapped key is one like any other. */
export function privilegedWrap(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof privilegedWrapRequest>,
): Promise<z.input<typeof wrapReply>> {
  const { reason, resource_name: resourceName, perimeter_id: perimeterId } = body;
  const draft = { operation: 'privilegedwrap', actor: '', reason, resourceName };
  return recordingRefusals(parts, call, draft, async (open) => {
    const { token } = await verifyPrivileged(parts, body.authentication, open);
    const holder = await holderOf(parts, token.issuer.realm, resourceName);
    const dek = Secret.take(Buffer.from(body.key, 'base64'));
    try {
      const items = [{ resourceName, perimeterId, dek }];
      const [wrapped = ''] = await wrapRecorded(parts, call, open, holder, items);
      return { wrapped_key: wrapped };
    } finally {
      dek.destroy();
    }
  });
}

/**
 * In our own realm the owner's KEK wraps, whoever calls.
 * @throws SealkeepError RESOURCE_MISMATCH for a name that is not ours, or nobody's.
 */
async function holderOf({ database }: KaclsParts, realm: string, resourceName: string): Promise<KekHolder> {
  if (realm !== OWN_REALM) return { realm, ownerId: null };
  const { owner: ownerId } = parseResourceName(resourceName);
  const owner = await database
    .selectFrom('users')
    .select('id')
    .where('id', '=', ownerId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!owner) throw new SealkeepError('RESOURCE_MISMATCH');
  return { realm: OWN_REALM, ownerId };
}
