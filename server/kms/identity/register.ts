import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomId, randomToken } from '../../../core/crypto/random.ts';
import { newTotpSecret, otpAuthUri } from '../../../core/crypto/totp.ts';
import type { registerReply, registerRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { refuse } from '../audit/refuse.ts';
import { sealTotpSecret } from './accounts.ts';
import { admitRegistration } from './admission.ts';
import { findBegun, findRefusal, removeBegun, removeRunOut } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';
import { otpQrLink } from './otp-qr-link.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * Keeps the name for whoever enrols within 15 minutes. Who has the password of an enrolment that is not confirmed begins
 * it anew, by what they show now: what they got for the one before is worth nothing any more.
 * @param isFromThisMachine as far as the call itself shows; behind proxies that are trusted nobody is.
 * @throws SealkeepError USER_NAME_TAKEN, also for a name of `KMS_PRIVILEGED`; REGISTRATION_UNDER_WAY for one that
 *   somebody else enrols under, LOGIN_THROTTLED where its password was guessed at too often; SETUP_REQUIRED,
 *   SETUP_CODE_REFUSED, REGISTRATION_CLOSED and INVITATION_REFUSED, whoever has the name
 */
export async function register(
  parts: IdentityParts,
  { user, password, invitation }: z.output<typeof registerRequest>,
  call: Call,
  isFromThisMachine: boolean,
): Promise<z.output<typeof registerReply>> {
  const { atRest, audit, config, database, now } = parts;
  const decision = { actor: user, operation: 'register', call };
  const isLocal = isFromThisMachine && config.trustedProxies.length === 0;
  const draft = { operation: decision.operation, actor: user, reason: '', resourceName: undefined };
  const admission = await recordingRefusals(parts, call, draft, () =>
    admitRegistration(parts, invitation, isLocal),
  );
  const begun = await findBegun(parts, user);
  const subject = `register:${user}`;
  if (begun) await passThrottle(parts, subject, decision);
  const id = randomId();
  const totpSecret = newTotpSecret();
  const ticket = randomToken();
  const passwordHash = await hashOfOwn(parts, password, begun?.passwordHash);
  // Whoever comes first must not become privileged by it. Neither the answer nor its time tells such a name from one that
  // is taken, and its entry in the audit log costs the caller the work of a password, too.
  if (config.privileged.includes(user)) return refuse(parts, decision, 'USER_NAME_TAKEN', { user });
  if (passwordHash === undefined) return refuse(parts, decision, 'REGISTRATION_UNDER_WAY', { user });
  const at = now();
  const refusal = await database.transaction().execute(async (transaction) => {
    await removeRunOut(transaction, at);
    await removeBegun(transaction, user, passwordHash);
    const kept = await transaction
      .insertInto('users')
      .values({
        id,
        name: user,
        state: 'enrolling',
        password_hash: passwordHash,
        totp_secret: sealTotpSecret(atRest, id, totpSecret),
        totp_last_step: 0,
        enrolment_ticket_hash: sha256(ticket),
        is_setup: admission.isSetup ? 1 : 0,
        invitation_id: admission.invitationId ?? null,
        created_at: at.getTime(),
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!kept) return findRefusal(transaction, user);
    await forgetFailures(transaction, subject);
    await audit.append(call, [decision], transaction);
    return undefined;
  });
  if (refusal) return refuse(parts, decision, refusal, { user });
  return {
    user,
    otp_uri: otpAuthUri(totpSecret, user),
    qr_code_link: otpQrLink(parts, user, ticket),
    enrolment_ticket: ticket,
  };
}

/**
 * The work of one password, whether the name is free, taken or begun.
 * @returns undefined where it is not the one of what was begun.
 */
async function hashOfOwn(
  { hasher }: Pick<IdentityParts, 'hasher'>,
  password: string,
  begun: string | undefined,
): Promise<string | undefined> {
  if (begun === undefined) return hasher.hash(password);
  return (await hasher.verify(password, begun)) ? begun : undefined;
}
