import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { newTotpSecret, totpStepOf } from '../../../core/crypto/totp.ts';
import type { KmsParts } from '../parts.ts';

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

/** The active account of that name or id, or nobody: one that is still enrolling is as unknown as none. */
export async function findAccount(
  { database, nobody }: Pick<KmsParts, 'database'> & { readonly nobody: Account },
  by: 'name' | 'id',
  value: string,
): Promise<Account> {
  const account = await database
    .selectFrom('users')
    .select(['id', 'name', 'password_hash as passwordHash', 'totp_secret as totpSecret'])
    .where(by, '=', value)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return account ?? nobody;
}

export function sealTotpSecret(atRest: AtRest, userId: string, secret: string): Buffer {
  return atRest.seal(totpPlace(userId), Buffer.from(secret, 'latin1'));
}

/** Lends the TOTP secret, in base32, to `fn`. */
export async function useTotpSecret<T>(
  atRest: AtRest,
  { id, totpSecret }: Pick<Account, 'id' | 'totpSecret'>,
  fn: (secret: string) => Promise<T>,
): Promise<T> {
  const secret = atRest.open(totpPlace(id), totpSecret);
  try {
    return await secret.use((bytes) => fn(bytes.toString('latin1')));
  } finally {
    secret.destroy();
  }
}

/** @returns the step that the code belongs to, which counts only once it was used up, or undefined. */
export function stepOfCode(
  { atRest, now }: Pick<KmsParts, 'atRest' | 'now'>,
  account: Pick<Account, 'id' | 'totpSecret'>,
  code: string,
): Promise<number | undefined> {
  return useTotpSecret(atRest, account, (secret) => totpStepOf(secret, code, now()));
}

/** Where a person's TOTP secret rests. */
export function totpPlace(userId: string) {
  return { table: 'users', column: 'totp_secret', row: userId };
}
