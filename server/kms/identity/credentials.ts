import { sha256 } from '../../../core/crypto/hash.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { type Account, stepOfCode, totpOf } from './accounts.ts';
import type { IdentityParts } from './identity-parts.ts';

/** What a caller offers: the password and one of the two codes. */
export interface Credentials {
  readonly password: string;
  readonly code?: string | undefined;
  readonly recovery_code?: string | undefined;
}

/** Uses the code up, for good once the transaction commits. False where anything about the credentials was wrong. */
export type UseUp = (transaction: KmsTransaction) => Promise<boolean>;

/** No account's last step is below it. */
const NO_STEP = 0;

/**
 * Checks password and code against an account, all of it whatever is wrong, so that neither the answer nor its time
 * tells which. Only using the code up decides: a code counts once, also where it is offered twice at the same moment.
 */
export async function checkCredentials(
  parts: IdentityParts,
  account: Account,
  { password, code, recovery_code }: Credentials,
): Promise<UseUp> {
  const isPasswordRight = await parts.hasher.verify(password, account.passwordHash);
  const allowed = isPasswordRight ? account : parts.nobody;
  if (recovery_code !== undefined) {
    const hash = sha256(recovery_code);
    return (transaction) => useUpRecoveryCode(transaction, allowed, hash);
  }
  const step = await stepOfCode(parts, totpOf(account), code ?? '');
  return (transaction) => useUpStep(transaction, allowed, step ?? NO_STEP);
}

/** The password's hash is compared once more: it may have been changed since it was verified. */
async function useUpStep(transaction: KmsTransaction, account: Account, step: number): Promise<boolean> {
  const used = await transaction
    .updateTable('users')
    .set({ totp_last_step: step })
    .where('id', '=', account.id)
    .where('password_hash', '=', account.passwordHash ?? '')
    .where('totp_last_step', '<', step)
    .returning('id')
    .executeTakeFirst();
  return used !== undefined;
}

async function useUpRecoveryCode(
  transaction: KmsTransaction,
  account: Account,
  hash: Uint8Array,
): Promise<boolean> {
  const used = await transaction
    .deleteFrom('recovery_codes')
    .where('hash', '=', hash)
    .where('user_id', 'in', (users) =>
      users
        .selectFrom('users')
        .select('id')
        .where('id', '=', account.id)
        .where('password_hash', '=', account.passwordHash ?? ''),
    )
    .returning('user_id')
    .executeTakeFirst();
  return used !== undefined;
}
