import type { z } from 'zod';
import { emptyLog } from '../../../core/durable/empty-log.ts';
import type { deleteAccountRequest } from '../../../shared/api/kms/identity.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { refuse } from '../audit/refuse.ts';
import { countNeedingKeksOf, destroyKeksOf, forgetResourcesOf } from '../keyring/destroy-keks.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { findAccount } from './accounts.ts';
import { assertNotLastAdministrator } from './administrators.ts';
import { forgetNewAuthenticator } from './authenticator-enrolment.ts';
import { checkCredentials } from './credentials.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Person } from './person.ts';
import { forgetFailures, passThrottle } from './throttle.ts';
import { CONFIRMED_STATES, transition } from './user-state.ts';
import { withdrawInvitationsOf } from './withdraw-invitations.ts';

type DeleteRequest = z.output<typeof deleteAccountRequest>;

/**
 * `DELETE /account`: the person gives their account up, and with it every file that hangs on their keys. Their name stays
 * taken. Versions, grants and logins go in one transaction; what was kept for each resource goes after it, and the upkeep
 * sees to the rest where that is cut short.
 * @throws SealkeepError ACCOUNT_NEEDED with how many resources would be lost, unless that is accepted;
 *   ADMINISTRATOR_LAST while there are others; LOGIN_REFUSED, LOGIN_THROTTLED
 */
export async function deleteAccount(
  parts: IdentityParts,
  person: Person,
  body: DeleteRequest,
  call: Call,
): Promise<Record<string, never>> {
  const { audit, database } = parts;
  const decision = { actor: person.name, operation: 'delete-account', call };
  const subject = `user:${person.id}`;
  const draft = { operation: decision.operation, actor: person.name };
  // Before a code is used up, and once more where it counts.
  await recordingRefusals(parts, call, draft, () => assertDeletable(database, person, body));
  await passThrottle(parts, subject, decision);

  const useUp = await checkCredentials(parts, await findAccount(parts, 'id', person.id), body);
  const isDeleted = await recordingRefusals(parts, call, draft, () =>
    database.transaction().execute(async (transaction) => {
      await assertDeletable(transaction, person, body);
      if (!(await useUp(transaction))) return false;
      await forgetFailures(transaction, subject);
      await destroyKeksOf(transaction, person.id);
      await forgetPerson(transaction, person.id);
      await audit.append(call, [decision], transaction);
      return true;
    }),
  );
  if (!isDeleted) return refuse(parts, decision, 'LOGIN_REFUSED');
  await forgetResourcesOf(database, person.id);
  await emptyLog(database);
  return {};
}

async function assertDeletable(
  database: KmsDatabase | KmsTransaction,
  person: Person,
  { is_loss_accepted }: DeleteRequest,
): Promise<void> {
  const others = await database
    .selectFrom('users')
    .select('id')
    .where('state', 'in', CONFIRMED_STATES)
    .where('id', '!=', person.id)
    .limit(1)
    .executeTakeFirst();
  if (others) await assertNotLastAdministrator(database, person.id);
  const count = is_loss_accepted ? 0 : await countNeedingKeksOf(database, person.id);
  if (count > 0) throw new SealkeepError('ACCOUNT_NEEDED', { count });
}

/** Everything of a person but the row that keeps their name taken, and what the audit log says of them. */
async function forgetPerson(transaction: KmsTransaction, id: string): Promise<void> {
  const { state } = await transaction
    .selectFrom('users')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await transaction
    .deleteFrom('grants')
    .where((grant) => grant.or([grant('owner_id', '=', id), grant('user_id', '=', id)]))
    .execute();
  for (const table of [
    'logins',
    'recovery_codes',
    'known_devices',
    'escrowed_keys',
    'escrow_pairs',
    'notices',
  ] as const) {
    await transaction.deleteFrom(table).where('user_id', '=', id).execute();
  }
  await forgetNewAuthenticator(transaction, id);
  await withdrawInvitationsOf(transaction, id);
  await transaction
    .updateTable('users')
    .set({
      state: transition(state, { kind: 'delete' }),
      role: 'member',
      password_hash: '',
      totp_secret: new Uint8Array(),
      totp_last_step: 0,
    })
    .where('id', '=', id)
    .execute();
}
