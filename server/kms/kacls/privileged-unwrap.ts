import type { z } from 'zod';
import type { privilegedUnwrapRequest, unwrapReply } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { enterByToken } from '../../platform/issuers/token-door.ts';
import { type Draft, recordingRefusals } from '../audit/recorded.ts';
import { findForeignRealm } from '../keyring/find-foreign-realm.ts';
import { kekOfWrappedKey } from '../keyring/wrapped-key.ts';
import { urlsOf } from './admit.ts';
import { assertOwnAccess } from './assert-own-access.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { dekText, lendDeks } from './lend-deks.ts';
import { isForOneOf } from './rules.ts';
import { verifyPrivileged } from './verify-privileged.ts';

type Body = z.output<typeof privilegedUnwrapRequest>;

/**
 * `POST /privilegedunwrap`, kacls.md §6.7: without an authorization token. In a foreign realm its list of privileged
 * callers decides alone, or the list of peers. In our own realm the owner's grants decide as ever (DESIGN.md, Grants).
 */
export function privilegedUnwrap(
  parts: KaclsParts,
  call: Call,
  body: Body,
): Promise<z.input<typeof unwrapReply>> {
  const { reason, resource_name: resourceName } = body;
  const draft = { operation: 'privilegedunwrap', actor: '', reason, resourceName };
  return recordingRefusals(parts, call, draft, async (open) => {
    const realm = (await realmForPeer(parts, body, open)) ?? (await realmForPrivileged(parts, body, open));
    const wrapped = { realm, names: [resourceName], wrappedKeys: [body.wrapped_key] };
    const [key = ''] = await lendDeks(parts, call, open, wrapped, dekText);
    return { key };
  });
}

/** Path A. @throws SealkeepError what `verifyPrivileged` and, in our own realm, `assertOwnAccess` throw. */
async function realmForPrivileged(parts: KaclsParts, body: Body, draft: Draft): Promise<string> {
  const { token, person } = await verifyPrivileged(parts, body.authentication, draft);
  if (person) await assertOwnAccess(parts, person, 'unwrap', [body.resource_name]);
  return token.issuer.realm;
}

/**
 * Path B. What our own people own leaves by their grants only, so no peer gets it.
 * @returns undefined where the token is no peer's.
 * @throws SealkeepError KACLS_URL_MISMATCH, RESOURCE_MISMATCH, REALM_MISMATCH, WRAPPED_KEY_INVALID, ISSUER_UNAVAILABLE.
 */
async function realmForPeer(parts: KaclsParts, body: Body, draft: Draft): Promise<string | undefined> {
  const token = await enterByToken(body.authentication, parts.issuers.peers, parts.now());
  if (!token) return undefined;
  draft.actor = token.issuer.issuer;
  if (!isForOneOf(urlsOf(parts), token.claims)) throw new SealkeepError('KACLS_URL_MISMATCH');
  // A captured token is worth nothing for another resource.
  if (token.claims['resource_name'] !== body.resource_name) throw new SealkeepError('RESOURCE_MISMATCH');
  const { kekId } = kekOfWrappedKey(Buffer.from(body.wrapped_key, 'base64'));
  return findForeignRealm(parts.database, kekId);
}
