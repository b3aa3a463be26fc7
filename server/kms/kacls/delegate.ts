import type { z } from 'zod';
import { signToken } from '../../../core/crypto/tokens.ts';
import type { delegateReply, delegateRequest } from '../../../shared/api/kms/kacls.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { delegationAudience } from '../signing/signing-keys.ts';
import { type Admission, admit, assertPerimeter } from './admit.ts';
import { AUTHENTICATED_BY, textClaim } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { allowedEntries } from './record-allowed.ts';

/** Seconds (kacls.md §3.3.2). */
const LIFETIME = 900;

/**
 * `POST /delegate`, kacls.md §6.13. Whose access is looked at stays the person who delegates: their login, account and
 * grants are read whenever the token is used.
 */
export function delegate(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof delegateRequest>,
): Promise<z.input<typeof delegateReply>> {
  const draft = { operation: 'delegate', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const admission = await admit(parts, { ...body, operation: 'delegate' }, open);
    assertPerimeter(parts, admission, admission.perimeterId);
    const token = await signDelegation(parts, admission);
    await parts.recordTogether(allowedEntries(call, open, admission.names));
    return { delegated_authentication: token };
  });
}

/** @throws SealkeepError AUTHENTICATION_INVALID where the token that delegates is in its last moments. */
function signDelegation(parts: KaclsParts, { authentication, authorization, ...admission }: Admission) {
  const at = parts.now();
  const { issuer, claims } = authentication;
  // A delegation ends with the login's own token at the latest; `exp` is there, or the token would not hold.
  const left = Math.floor(claims.exp ?? 0) - Math.floor(at.getTime() / 1000);
  if (left <= 0) throw new SealkeepError('AUTHENTICATION_INVALID');
  const { person, names } = admission;
  const delegation = {
    typ: TOKEN_TYP.delegated,
    issuer: parts.config.url,
    audience: delegationAudience(parts.config.url),
    lifetime: Math.min(LIFETIME, left),
    claims: {
      email: textClaim(claims, 'email') ?? undefined,
      google_email: textClaim(claims, 'google_email') ?? undefined,
      ...(person ? { sub: person.id, lid: person.loginId } : {}),
      delegated_to: authorization.claims['delegated_to'],
      resource_name: names[0],
      [AUTHENTICATED_BY]: issuer.issuer,
    },
  };
  return signToken(parts.signing.delegated, delegation, at);
}
