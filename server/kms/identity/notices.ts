import { randomId } from '../../../core/crypto/random.ts';
import type { Notice } from '../../../shared/api/kms/identity.ts';
import type { KmsTransaction } from '../store/schema.ts';

/** Leaves a person word of what somebody else did to their account. */
export async function leaveNotice(
  transaction: KmsTransaction,
  userId: string,
  { kind, by, at }: { readonly kind: Notice['kind']; readonly by: string; readonly at: number },
): Promise<void> {
  await transaction
    .insertInto('notices')
    .values({ id: randomId(), user_id: userId, kind, made_by: by, at, shown_in: null })
    .execute();
}

/** What there is for a person, to go with the reply that a login begins with; oldest first. */
export async function showNotices(
  transaction: KmsTransaction,
  userId: string,
  loginId: string,
): Promise<Notice[]> {
  const rows = await transaction
    .updateTable('notices')
    .set({ shown_in: loginId })
    .where('user_id', '=', userId)
    .returning(['kind', 'made_by', 'at'])
    .execute();
  return rows
    .toSorted((one, other) => one.at - other.at)
    .map(({ kind, made_by, at }) => ({ kind, at: new Date(at).toISOString(), by: made_by }));
}

/** A login that goes on, or that its person ends, has reached them, and so have the notices in its first reply. */
export async function forgetShownNotices(transaction: KmsTransaction, loginId: string): Promise<void> {
  await transaction.deleteFrom('notices').where('shown_in', '=', loginId).execute();
}
