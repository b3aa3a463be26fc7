import type { JobParts } from '../../../agent/jobs/parts.ts';
import type { UserReply } from '../../../shared/api/kms/administration.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { parseUserName } from '../register.ts';

/** The person of that name, as an administrator sees them. @throws SealkeepError USAGE, USER_NOT_FOUND */
export async function findUser({ kms }: JobParts, bearer: string, name: string): Promise<UserReply> {
  const user = parseUserName(name);
  const found = (await kms.users(bearer)).find((one) => one.user === user);
  if (!found) throw new SealkeepError('USER_NOT_FOUND');
  return found;
}
