import type { AtRest, RestingPlace } from '../../../core/crypto/at-rest.ts';
import { newTotpSecret, totpStepOf } from '../../../core/crypto/totp.ts';
import type { KmsParts } from '../parts.ts';
import { CONFIRMED_STATES } from './user-state.ts';

/** A TOTP secret as it rests. */
export interface RestingTotp {
  readonly place: RestingPlace;
  readonly totpSecret: Uint8Array;
}

/** What a person's credentials are checked against. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** Undefined for nobody. */
  readonly passwordHash: string | undefined;
  /** At rest. */
  readonly totpSecret: Uint8Array;
}

/** No row has this id: what is written for nobody changes nothing, and takes as long. */
const NOBODY_ID = '';

/** An account that no password and no row fits, with a TOTP secret that nobody was ever told. */
export function createNobody(atRest: AtRest): Account {
  return {
    id: NOBODY_ID,
    name: '',
    passwordHash: undefined,
    totpSecret: sealTotpSecret(atRest, NOBODY_ID, newTotpSecret()),
  };
}

/** The confirmed account of that name or id, or nobody: one that is still enrolling is as unknown as none. */
export async function findAccount(
  { database, nobody }: Pick<KmsParts, 'database'> & { readonly nobody: Account },
  by: 'name' | 'id',
  value: string,
): Promise<Account> {
  const account = await database
    .selectFrom('users')
    .select(['id', 'name', 'password_hash as passwordHash', 'totp_secret as totpSecret'])
    .where(by, '=', value)
    .where('state', 'in', CONFIRMED_STATES)
    .executeTakeFirst();
  return account ?? nobody;
}

export function sealTotpSecret(atRest: AtRest, userId: string, secret: string): Buffer {
  return atRest.seal(totpPlace(userId), Buffer.from(secret, 'latin1'));
}

/** Lends the TOTP secret, in base32, to `fn`. */
export async function useTotpSecret<T>(
  atRest: AtRest,
  { place, totpSecret }: RestingTotp,
  fn: (secret: string) => Promise<T>,
): Promise<T> {
  const secret = atRest.open(place, totpSecret);
  try {
    return await secret.use((bytes) => fn(bytes.toString('latin1')));
  } finally {
    secret.destroy();
  }
}

/** @returns the step that the code belongs to, which counts only once it was used up, or undefined. */
export function stepOfCode(
  { atRest, now }: Pick<KmsParts, 'atRest' | 'now'>,
  totp: RestingTotp,
  code: string,
): Promise<number | undefined> {
  return useTotpSecret(atRest, totp, (secret) => totpStepOf(secret, code, now()));
}

/** An account's own. */
export function totpOf({ id, totpSecret }: Pick<Account, 'id' | 'totpSecret'>): RestingTotp {
  return { place: totpPlace(id), totpSecret };
}

/** Where a person's TOTP secret rests. */
export function totpPlace(userId: string) {
  return { table: 'users', column: 'totp_secret', row: userId };
}
