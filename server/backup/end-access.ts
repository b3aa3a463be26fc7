import { openSqlite } from '../../core/durable/sqlite.ts';
import { createAuditLog } from '../kms/audit/audit-log.ts';
import { OWN_ACTOR, ownAct } from '../kms/audit/own-act.ts';
import type { KmsSchema } from '../kms/store/schema.ts';

/**
 * Ends whatever lets somebody into a KMS without password and authenticator. Logins may have been ended and codes withdrawn
 * since the backup, which nothing in it knows. The audit log says so, in the same transaction.
 * @param file a copy of a KMS's database, brought up to date, that nobody else has open.
 */
export async function endAccess(file: string, now: () => Date): Promise<void> {
  const database = openSqlite<KmsSchema>(file);
  try {
    await database.transaction().execute(async (transaction) => {
      const at = now().getTime();
      await transaction.updateTable('logins').set({ ended_at: at }).where('ended_at', 'is', null).execute();
      for (const table of [
        'client_tokens',
        'secure_sessions',
        'authenticator_resets',
        'authenticator_enrolments',
        'invitations',
      ] as const) {
        await transaction.deleteFrom(table).execute();
      }
      const entry = { actor: OWN_ACTOR, operation: 'restore' };
      await createAuditLog(database, now).append(ownAct(), [entry], transaction);
    });
  } finally {
    await database.destroy();
  }
}
