import { sha256 } from '../../../core/crypto/hash.ts';
import { randomRecoveryCode } from '../../../core/crypto/random.ts';
import type { KmsTransaction } from '../store/schema.ts';

const RECOVERY_CODES = 10;

/** Gives a person ten recovery codes; those from before are good no more. @returns the codes, said this once. */
export async function renewRecoveryCodes(transaction: KmsTransaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, randomRecoveryCode);
  await transaction.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await transaction
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ hash: sha256(code), user_id: userId })))
    .execute();
  return codes;
}
