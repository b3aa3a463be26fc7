import type { KmsTransaction } from '../store/schema.ts';

/** Those that somebody made are good no more, also for who has begun to register by one. */
export async function withdrawInvitationsOf(transaction: KmsTransaction, userId: string): Promise<void> {
  await transaction.deleteFrom('invitations').where('created_by', '=', userId).execute();
}
