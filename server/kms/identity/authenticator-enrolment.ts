import { sha256 } from '../../../core/crypto/hash.ts';
import { randomToken } from '../../../core/crypto/random.ts';
import { newTotpSecret, otpAuthUri } from '../../../core/crypto/totp.ts';
import type { AuthenticatorReply } from '../../../shared/api/kms/identity.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { RestingTotp } from './accounts.ts';
import { lastRunOut, MOST_FAILURES } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';
import { otpQrLink } from './otp-qr-link.ts';

/** An authenticator that is to take the place of a person's present one, which goes on working until then. */
export interface AuthenticatorEnrolment {
  readonly userId: string;
  readonly totp: RestingTotp;
}

/** A new secret to be made, before the transaction in which somebody may begin. */
export function newAuthenticator() {
  return { secret: newTotpSecret(), ticket: randomToken() };
}
export type NewAuthenticator = ReturnType<typeof newAuthenticator>;

/** Keeps the new secret for 15 minutes; one that was begun before is forgotten. */
export async function keepAuthenticator(
  { atRest, now }: Pick<IdentityParts, 'atRest' | 'now'>,
  transaction: KmsTransaction,
  userId: string,
  { secret, ticket }: NewAuthenticator,
): Promise<void> {
  const begun = {
    totp_secret: atRest.seal(newTotpPlace(userId), Buffer.from(secret, 'latin1')),
    ticket_hash: sha256(ticket),
    failures: 0,
    created_at: now().getTime(),
  };
  await transaction
    .insertInto('authenticator_enrolments')
    .values({ user_id: userId, ...begun })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(begun))
    .execute();
}

/** What the person scans, and the ticket by which they confirm. */
export function authenticatorReply(
  parts: Pick<IdentityParts, 'config'>,
  user: string,
  { secret, ticket }: NewAuthenticator,
): AuthenticatorReply {
  return {
    otp_uri: otpAuthUri(secret, user),
    qr_code_link: otpQrLink(parts, user, ticket),
    enrolment_ticket: ticket,
  };
}

/** The one of that name and ticket that has not run out, of somebody whom their account lets in. */
export async function findAuthenticatorEnrolment(
  { database, now }: Pick<IdentityParts, 'database' | 'now'>,
  user: string,
  ticket: string,
): Promise<AuthenticatorEnrolment | undefined> {
  const row = await database
    .selectFrom('authenticator_enrolments')
    .innerJoin('users', 'users.id', 'authenticator_enrolments.user_id')
    .select(['user_id as userId', 'authenticator_enrolments.totp_secret as totpSecret'])
    .where('users.name', '=', user)
    .where('users.state', '=', 'active')
    .where('ticket_hash', '=', sha256(ticket))
    .where('authenticator_enrolments.created_at', '>', lastRunOut(now()))
    .executeTakeFirst();
  return row && { userId: row.userId, totp: { place: newTotpPlace(row.userId), totpSecret: row.totpSecret } };
}

/** A new authenticator that somebody has begun is given up, and so is the code by which they could begin one. */
export async function forgetNewAuthenticator(transaction: KmsTransaction, userId: string): Promise<void> {
  await transaction.deleteFrom('authenticator_resets').where('user_id', '=', userId).execute();
  await transaction.deleteFrom('authenticator_enrolments').where('user_id', '=', userId).execute();
}

/** Counts a wrong code; the last one that is let pass drops the enrolment. */
export async function countWrongNewCode(
  { database }: Pick<IdentityParts, 'database'>,
  { userId }: AuthenticatorEnrolment,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('authenticator_enrolments')
      .set((row) => ({ failures: row('failures', '+', 1) }))
      .where('user_id', '=', userId)
      .execute();
    await transaction
      .deleteFrom('authenticator_enrolments')
      .where('user_id', '=', userId)
      .where('failures', '>=', MOST_FAILURES)
      .execute();
  });
}

/** Where the secret of an authenticator rests that is not confirmed yet. */
export function newTotpPlace(userId: string) {
  return { table: 'authenticator_enrolments', column: 'totp_secret', row: userId };
}
