import { sha256 } from '../../../core/crypto/hash.ts';
import type { UserRole } from '../../../shared/api/kms/user-role.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { isSetupCode, isUnclaimed } from './setup.ts';

/** Each is a row that nothing but an administrator's word removes. */
const MOST_PENDING = 1000;

/** By what somebody registers; it is looked at once more when they confirm. */
export interface Admission {
  /** Whether they may be the first person. */
  readonly isSetup: boolean;
  readonly invitationId: string | undefined;
}

/**
 * Looks whether somebody may register at all, before anything is said of the name that they want.
 * @param isLocal whether the call came from this machine, with nobody between.
 * @throws SealkeepError SETUP_REQUIRED, SETUP_CODE_REFUSED, INVITATION_REFUSED; REGISTRATION_CLOSED, also where too many wait for approval
 */
export async function admitRegistration(
  { config, database, now }: Pick<KmsParts, 'config' | 'database' | 'now'>,
  invitation: string | undefined,
  isLocal: boolean,
): Promise<Admission> {
  const none = { isSetup: false, invitationId: undefined };
  if (invitation === undefined) {
    if (await isUnclaimed(database)) {
      if (isLocal) return { ...none, isSetup: true };
      throw new SealkeepError('SETUP_REQUIRED');
    }
    if (config.registration === 'invite') throw new SealkeepError('REGISTRATION_CLOSED');
    if (config.registration === 'approval' && (await areTooManyPending(database)))
      throw new SealkeepError('REGISTRATION_CLOSED');
    return none;
  }
  if (await isSetupCode(database, invitation)) return { ...none, isSetup: true };
  const row = await database
    .selectFrom('invitations')
    .select('id')
    .where('hash', '=', sha256(invitation))
    .where('until', '>', now().getTime())
    .executeTakeFirst();
  if (!row)
    throw new SealkeepError((await isUnclaimed(database)) ? 'SETUP_CODE_REFUSED' : 'INVITATION_REFUSED');
  return { ...none, invitationId: row.id };
}

/** What somebody becomes by confirming. */
export interface Welcome {
  readonly role: UserRole;
  /** Whether no administrator has to say yes any more. */
  readonly isApproved: boolean;
}

/**
 * Decides, inside the transaction that confirms, so that of two at once one is the first. Uses up the setup code or the
 * invitation.
 * @returns the code of a refusal where what somebody registered by is no longer good.
 */
export async function welcome(
  { config }: Pick<KmsParts, 'config'>,
  transaction: KmsTransaction,
  { isSetup, invitationId }: Admission,
): Promise<Welcome | 'SETUP_REQUIRED' | 'INVITATION_REFUSED' | 'REGISTRATION_CLOSED'> {
  if (await isUnclaimed(transaction)) {
    if (!isSetup) return 'SETUP_REQUIRED';
    await transaction.deleteFrom('setup_code').execute();
    return { role: 'administrator', isApproved: true };
  }
  const used =
    invitationId !== undefined &&
    (await transaction
      .deleteFrom('invitations')
      .where('id', '=', invitationId)
      .returning('id')
      .executeTakeFirst());
  if (used) return { role: 'member', isApproved: true };
  if (config.registration === 'invite') return 'INVITATION_REFUSED';
  if (config.registration === 'open') return { role: 'member', isApproved: true };
  if (await areTooManyPending(transaction)) return 'REGISTRATION_CLOSED';
  return { role: 'member', isApproved: false };
}

async function areTooManyPending(database: KmsDatabase | KmsTransaction): Promise<boolean> {
  const pending = database.selectFrom('users').select('id').where('state', '=', 'pending');
  const beyond = await pending
    .offset(MOST_PENDING - 1)
    .limit(1)
    .executeTakeFirst();
  return beyond !== undefined;
}
