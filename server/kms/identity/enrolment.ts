import { sha256 } from '../../../core/crypto/hash.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { IdentityParts } from './identity-parts.ts';

const LIFETIME_MS = 15 * 60_000;
/** Wrong codes with one ticket, after which the enrolment is dropped. */
export const MOST_FAILURES = 5;

export interface Enrolment {
  readonly id: string;
  readonly name: string;
  /** At rest. */
  readonly totpSecret: Uint8Array;
}

/** Enrolments that began at this time (milliseconds) or earlier have run out. */
export function lastRunOut(now: Date): number {
  return now.getTime() - LIFETIME_MS;
}

/** Removes everybody's enrolments that have run out: nothing of them is of use to anyone, and their names are free. */
export async function removeRunOut(transaction: KmsTransaction, now: Date): Promise<void> {
  await transaction
    .deleteFrom('users')
    .where('state', '=', 'enrolling')
    .where('created_at', '<=', lastRunOut(now))
    .execute();
}

/** What was begun under that name, has not run out and is not confirmed. */
export function findBegun(
  { database, now }: Pick<IdentityParts, 'database' | 'now'>,
  user: string,
): Promise<{ readonly passwordHash: string } | undefined> {
  return database
    .selectFrom('users')
    .select('password_hash as passwordHash')
    .where('name', '=', user)
    .where('state', '=', 'enrolling')
    .where('created_at', '>', lastRunOut(now()))
    .executeTakeFirst();
}

/** Removes what was begun with the password of that hash. It has a salt, so that nobody else's is the same. */
export async function removeBegun(
  transaction: KmsTransaction,
  user: string,
  passwordHash: string,
): Promise<void> {
  await transaction
    .deleteFrom('users')
    .where('name', '=', user)
    .where('state', '=', 'enrolling')
    .where('password_hash', '=', passwordHash)
    .execute();
}

/** Why nobody else gets the name: somebody has it for good, or is enrolling under it. */
export async function findRefusal(
  transaction: KmsTransaction,
  user: string,
): Promise<'USER_NAME_TAKEN' | 'REGISTRATION_UNDER_WAY'> {
  const { state } = await transaction
    .selectFrom('users')
    .select('state')
    .where('name', '=', user)
    .executeTakeFirstOrThrow();
  return state === 'enrolling' ? 'REGISTRATION_UNDER_WAY' : 'USER_NAME_TAKEN';
}

/** The running enrolment of that name and ticket. */
export function findEnrolment(
  { database, now }: Pick<IdentityParts, 'database' | 'now'>,
  user: string,
  ticket: string,
): Promise<Enrolment | undefined> {
  return database
    .selectFrom('users')
    .select(['id', 'name', 'totp_secret as totpSecret'])
    .where('name', '=', user)
    .where('state', '=', 'enrolling')
    .where('enrolment_ticket_hash', '=', sha256(ticket))
    .where('created_at', '>', lastRunOut(now()))
    .executeTakeFirst();
}

/** Counts a wrong code; the last one that is let pass drops the enrolment, and its name is free again. */
export async function countWrongCode(
  { database }: Pick<IdentityParts, 'database'>,
  enrolment: Enrolment,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('users')
      .set((row) => ({ enrolment_failures: row('enrolment_failures', '+', 1) }))
      .where('id', '=', enrolment.id)
      .where('state', '=', 'enrolling')
      .execute();
    await transaction
      .deleteFrom('users')
      .where('id', '=', enrolment.id)
      .where('state', '=', 'enrolling')
      .where('enrolment_failures', '>=', MOST_FAILURES)
      .execute();
  });
}
