import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomId } from '../../../core/crypto/random.ts';
import type { invitationReply, invitationRequest } from '../../../shared/api/kms/administration.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';

const DEFAULT_DAYS = 7;
const MOST_DAYS = 30;

/**
 * `POST /invitations`: 128 random bits that let one person in, past approval; said this once.
 * @throws SealkeepError REQUEST_INVALID for an end that has passed, or is more than 30 days away
 */
export function createInvitation(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  { until }: z.output<typeof invitationRequest>,
): Promise<z.input<typeof invitationReply>> {
  const invitation = randomId();
  const at = parts.now().getTime();
  const ends = until === undefined ? at + DEFAULT_DAYS * DAY_MS : Date.parse(until);
  const row = { id: randomId(), hash: sha256(invitation), created_at: at, until: ends };
  const text = new Date(ends).toISOString();
  return administer(parts, call, administrator, {
    operation: 'create-invitation',
    async check() {
      const fits = ends > at && ends <= at + MOST_DAYS * DAY_MS;
      if (!fits) throw new SealkeepError('REQUEST_INVALID', { reason: 'until' });
      return `${row.id} until ${text}`;
    },
    async act(transaction) {
      await transaction
        .insertInto('invitations')
        .values({ ...row, created_by: administrator.id })
        .execute();
      return { id: row.id, invitation, until: text };
    },
  });
}
