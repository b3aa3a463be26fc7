import { lastRunOut, removeRunOut } from '../identity/enrolment.ts';
import { forgetResourcesOf, listDeletedWithResources } from '../keyring/destroy-keks.ts';
import type { KmsParts } from '../parts.ts';

/** Removes enrolments, invitations and reset codes that have run out, of people and of authenticators alike. */
export async function forgetRunOut({ database, now }: KmsParts): Promise<void> {
  const at = now();
  await database.transaction().execute(async (transaction) => {
    await removeRunOut(transaction, at);
    await transaction
      .deleteFrom('authenticator_enrolments')
      .where('created_at', '<=', lastRunOut(at))
      .execute();
    await transaction.deleteFrom('authenticator_resets').where('until', '<=', at.getTime()).execute();
    // Whoever registered by one in time may still confirm.
    await transaction.deleteFrom('invitations').where('until', '<=', lastRunOut(at)).execute();
  });
}

/** Finishes what a deletion of an account that was cut short left behind. */
export async function forgetDeleted(
  { database }: Pick<KmsParts, 'database'>,
  signal: AbortSignal,
): Promise<void> {
  for (const id of await listDeletedWithResources(database)) await forgetResourcesOf(database, id, signal);
}
