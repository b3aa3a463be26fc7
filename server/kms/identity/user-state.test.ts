import { describe, expect, test } from 'vitest';
import { userState } from '../../../shared/api/kms/administration.ts';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import { transition, type UserEvent } from './user-state.ts';

const EVENTS: Readonly<Record<string, UserEvent>> = {
  confirm: { kind: 'confirm', isApproved: false },
  'confirm, approved': { kind: 'confirm', isApproved: true },
  approve: { kind: 'approve' },
  decline: { kind: 'decline' },
  disable: { kind: 'disable' },
  enable: { kind: 'enable' },
  delete: { kind: 'delete' },
};

/** Whatever is not in here is refused with USER_STATE. */
const ALLOWED: Readonly<Record<string, string>> = {
  'enrolling, confirm': 'pending',
  'enrolling, confirm, approved': 'active',
  'pending, approve': 'active',
  'pending, decline': 'deleted',
  'pending, disable': 'disabled',
  'active, disable': 'disabled',
  'disabled, enable': 'active',
  'active, delete': 'deleted',
};

describe.each(userState.options)('%s', (state) => {
  test.each(Object.entries(EVENTS))('%s', (name, event) => {
    const expected = ALLOWED[`${state}, ${name}`];
    try {
      expect(transition(state, event)).toBe(expected);
    } catch (error) {
      if (!isSealkeepError(error)) throw error;
      expect([error.code, error.details, expected]).toEqual(['USER_STATE', { status: state }, undefined]);
    }
  });
});
