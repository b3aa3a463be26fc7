import type { z } from 'zod';
import { Secret } from '../../../core/crypto/secret.ts';
import type { privilegedWrapRequest, wrapReply } from '../../../shared/api/kms/kacls.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { KekHolder } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { assertOwnAccess } from './assert-own-access.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { verifyPrivileged } from './verify-privileged.ts';
import type { VerifiedCaller } from './verify-tokens.ts';
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
    const caller = await verifyPrivileged(parts, body.authentication, open);
    const holder = await holderOf(parts, caller, resourceName);
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
 * In our own realm the owner's KEK wraps, for the owner and whom the owner lets write.
 * @throws SealkeepError RESOURCE_MISMATCH for a name that is not ours, GRANT_MISSING
 */
async function holderOf(
  parts: KaclsParts,
  { token, person }: VerifiedCaller,
  resourceName: string,
): Promise<KekHolder> {
  if (!person) return { realm: token.issuer.realm, ownerId: null };
  const ownerId = await assertOwnAccess(parts, person, 'wrap', [resourceName]);
  return { realm: OWN_REALM, ownerId };
}
