import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { stepOfCode } from './accounts.ts';
import type { Person } from './person.ts';
import { countAttempt, forgetFailures, takeBackAttempt } from './throttle.ts';

/**
 * Looks at a code that somebody who is logged in shows once more, for what a login alone does not suffice for (DESIGN.md,
 * what must always hold, 3). Wrong ones count as wrong ones of a changed password do; a right one counts neither way until
 * it is used up, since what it is shown for may still be refused.
 * @returns uses the code up, for good once the transaction commits; it throws CODE_REFUSED where the code is wrong or
 *   was used before, also where it is offered twice at the same moment.
 * @throws SealkeepError LOGIN_THROTTLED while the person is in a pause.
 */
export async function checkFreshCode(
  parts: Pick<KmsParts, 'atRest' | 'database' | 'now'>,
  { id }: Person,
  code: string,
): Promise<(transaction: KmsTransaction) => Promise<void>> {
  const { database, now } = parts;
  const subject = `user:${id}`;
  const seconds = await countAttempt(database, subject, now());
  if (seconds > 0) throw new SealkeepError('LOGIN_THROTTLED', { retry_after: seconds });
  const account = await database
    .selectFrom('users')
    .select(['id', 'totp_secret as totpSecret', 'totp_last_step as lastStep'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const step = await stepOfCode(parts, account, code);
  if (step !== undefined && step > account.lastStep) await takeBackAttempt(database, subject);
  return async (transaction) => {
    const used =
      step !== undefined &&
      (await transaction
        .updateTable('users')
        .set({ totp_last_step: step })
        .where('id', '=', id)
        .where('totp_last_step', '<', step)
        .returning('id')
        .executeTakeFirst());
    if (!used) throw new SealkeepError('CODE_REFUSED');
    await forgetFailures(transaction, subject);
  };
}
