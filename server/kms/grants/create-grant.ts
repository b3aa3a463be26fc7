import type { z } from 'zod';
import { randomId } from '../../../core/crypto/random.ts';
import type { Grant, grantRequest } from '../../../shared/api/kms/grants.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { splitResourceName } from '../../../shared/names/resource-name.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { grantOf } from './grant-of.ts';

type GrantRequest = z.output<typeof grantRequest>;

/**
 * `POST /grants`: the owner's word; it counts from the very next call. Given again to the same person, it replaces
 * role and end.
 * @throws SealkeepError GRANT_NOT_OWNER, GRANT_USER_UNKNOWN, REQUEST_INVALID for oneself or an end that has passed.
 */
export function createGrant(parts: KmsParts, call: Call, owner: Person, body: GrantRequest): Promise<Grant> {
  const draft = {
    operation: 'create-grant',
    actor: owner.name,
    resourceName: body.resource_name,
    reason: `${body.role} to ${body.with}${body.until === undefined ? '' : ` until ${body.until}`}`,
  };
  return recordingRefusals(parts, call, draft, async () => {
    assertGrantable(owner, body, parts.now());
    return parts.database.transaction().execute(async (transaction) => {
      const grant = await writeGrant(transaction, owner, body, parts.now());
      await parts.audit.append(call, [draft], transaction);
      return grant;
    });
  });
}

function assertGrantable(owner: Person, body: GrantRequest, now: Date): void {
  if (splitResourceName(body.resource_name)?.owner !== owner.id) throw new SealkeepError('GRANT_NOT_OWNER');
  if (body.with === owner.name) throw new SealkeepError('REQUEST_INVALID', { reason: 'with' });
  if (body.until !== undefined && Date.parse(body.until) <= now.getTime()) {
    throw new SealkeepError('REQUEST_INVALID', { reason: 'until' });
  }
}

async function writeGrant(
  transaction: KmsTransaction,
  owner: Person,
  body: GrantRequest,
  now: Date,
): Promise<Grant> {
  const user = await transaction
    .selectFrom('users')
    .select('id')
    .where('name', '=', body.with)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!user) throw new SealkeepError('GRANT_USER_UNKNOWN', { user: body.with });
  const until = body.until === undefined ? null : Date.parse(body.until);
  const row = await transaction
    .insertInto('grants')
    .values({
      id: randomId(),
      resource_name: body.resource_name,
      owner_id: owner.id,
      user_id: user.id,
      role: body.role,
      until,
      created_at: now.getTime(),
    })
    .onConflict((conflict) =>
      conflict.columns(['resource_name', 'user_id']).doUpdateSet({ role: body.role, until }),
    )
    .returning(['id', 'resource_name', 'role', 'until'])
    .executeTakeFirstOrThrow();
  return grantOf({ ...row, with: body.with });
}
