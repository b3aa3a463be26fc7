import { sql } from 'kysely';
import { DAY_MS } from '../../../shared/days.ts';
import { type Decision, refuse } from '../audit/refuse.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

const FORGOTTEN_AFTER_MS = DAY_MS;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * When a subject's pause ends: the first five failures are free, the sixth costs a second, each further one doubles it.
 * In SQL, so that one statement looks at the count and raises it.
 */
const pauseEnd = sql<number>`login_failures.last_at + CASE
  WHEN login_failures.failures <= 5 THEN 0
  WHEN login_failures.failures > 15 THEN ${sql.lit(LONGEST_PAUSE_MS)}
  ELSE 1000 << (login_failures.failures - 6) END`;

/**
 * Counts an attempt as a failure before it is looked at, so that a crowd of attempts at the same moment can't all pass
 * the count that it would raise. Success takes it back with `forgetFailures`.
 * @returns the seconds to wait where the subject is in a pause, and the attempt then does not count; else 0.
 */
export async function countAttempt(database: KmsDatabase, subject: string, now: Date): Promise<number> {
  const at = now.getTime();
  return database.transaction().execute(async (transaction) => {
    // A count from the future was written by a clock since set right, and must not shut anybody out until then.
    await transaction
      .deleteFrom('login_failures')
      .where((row) =>
        row.or([row('last_at', '<=', at - FORGOTTEN_AFTER_MS), row('last_at', '>', at + LONGEST_PAUSE_MS)]),
      )
      .execute();
    const counted = await transaction
      .insertInto('login_failures')
      .values({ subject, failures: 1, last_at: at })
      .onConflict((conflict) =>
        conflict
          .column('subject')
          .doUpdateSet((row) => ({ failures: row('login_failures.failures', '+', 1), last_at: at }))
          .where(pauseEnd, '<=', at),
      )
      .returning('failures')
      .executeTakeFirst();
    if (counted) return 0;
    const { end } = await transaction
      .selectFrom('login_failures')
      .select(pauseEnd.as('end'))
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow();
    return Math.ceil((end - at) / 1000);
  });
}

/**
 * Lets an attempt pass, counted as a failure until `forgetFailures`.
 * @throws SealkeepError LOGIN_THROTTLED while the subject is in a pause.
 */
export async function passThrottle(
  parts: Pick<KmsParts, 'audit' | 'commits' | 'database' | 'now'>,
  subject: string,
  decision: Decision,
): Promise<void> {
  const seconds = await countAttempt(parts.database, subject, parts.now());
  if (seconds > 0) await refuse(parts, decision, 'LOGIN_THROTTLED', { retry_after: seconds });
}

/** What `countAttempt` counted was no failure; those before it stay counted. */
export async function takeBackAttempt(database: KmsDatabase, subject: string): Promise<void> {
  await database
    .updateTable('login_failures')
    .set((row) => ({ failures: row('failures', '-', 1) }))
    .where('subject', '=', subject)
    .where('failures', '>', 0)
    .execute();
}

export async function forgetFailures(transaction: KmsTransaction, subject: string): Promise<void> {
  await transaction.deleteFrom('login_failures').where('subject', '=', subject).execute();
}
