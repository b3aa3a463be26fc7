import type { UserState } from '../../../shared/api/kms/administration.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';

/**
 * The life of an account:
 *
 *     enrolling ──confirm──► pending ──approve──► active ──delete──► deleted
 *         │                     │   │             ▲   │
 *         │confirm, approved    │   │disable enable│   │disable
 *         └──► active           │   └───────────► disabled
 *                               └──decline──► deleted
 *
 * An enrolment that is not confirmed within 15 minutes has no end: its row goes, and its name is free again. Who begins
 * one anew before that gets another row. So does the
 * row of who is declined, for they were never in. The name of an account that was deleted otherwise stays taken.
 */
export type UserEvent =
  /** `isApproved` where nobody has to say yes any more: the first person, an invited one, or an open KMS. */
  | { readonly kind: 'confirm'; readonly isApproved: boolean }
  | { readonly kind: 'approve' }
  | { readonly kind: 'decline' }
  | { readonly kind: 'disable' }
  | { readonly kind: 'enable' }
  | { readonly kind: 'delete' };

/** The states of people who got through their enrolment and are not gone, whether their account lets them in or not. */
export const CONFIRMED_STATES = ['pending', 'active', 'disabled'] as const satisfies readonly UserState[];

/** States that each event starts from. */
const FROM: Readonly<Record<UserEvent['kind'], readonly UserState[]>> = {
  confirm: ['enrolling'],
  approve: ['pending'],
  decline: ['pending'],
  disable: ['pending', 'active'],
  enable: ['disabled'],
  delete: ['active'],
};

/**
 * The one way that an account's state changes.
 * @throws SealkeepError USER_STATE where the event does not go with the state.
 */
export function transition(state: UserState, event: UserEvent): UserState {
  if (!FROM[event.kind].includes(state)) throw new SealkeepError('USER_STATE', { status: state });
  switch (event.kind) {
    case 'confirm':
      return event.isApproved ? 'active' : 'pending';
    case 'approve':
    case 'enable':
      return 'active';
    case 'disable':
      return 'disabled';
    case 'decline':
    case 'delete':
      return 'deleted';
  }
}
