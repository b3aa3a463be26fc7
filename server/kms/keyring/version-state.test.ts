import { describe, expect, test } from 'vitest';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import { transition, type VersionEvent, type VersionState, type VersionStatus } from './version-state.ts';

const NOW = 1_000;
const LATER = 2_000;

const STATES: Readonly<Record<VersionStatus, VersionState>> = {
  active: { status: 'active', dueAt: null },
  readable: { status: 'readable', dueAt: NOW },
  retired: { status: 'retired', dueAt: null },
  disabled: { status: 'disabled', dueAt: null },
  destruction_scheduled: { status: 'destruction_scheduled', dueAt: NOW },
  destroyed: { status: 'destroyed', dueAt: null },
};

const EVENTS: Readonly<Record<string, VersionEvent>> = {
  supersede: { kind: 'supersede', dueAt: LATER },
  retire: { kind: 'retire', needed: 0 },
  'retire what is needed': { kind: 'retire', needed: 3 },
  disable: { kind: 'disable' },
  enable: { kind: 'enable', dueAt: LATER },
  schedule: { kind: 'schedule-destruction', dueAt: LATER, needed: 0 },
  'schedule what is needed': { kind: 'schedule-destruction', dueAt: LATER, needed: 3 },
  cancel: { kind: 'cancel-destruction' },
  destroy: { kind: 'destroy', at: NOW, needed: 0 },
  'destroy too early': { kind: 'destroy', at: NOW - 1, needed: 0 },
  'destroy what is needed': { kind: 'destroy', at: NOW, needed: 3 },
  'give up': { kind: 'give-up' },
};

/** Whatever is not in here is refused with KEY_VERSION_STATE. */
const ALLOWED: Readonly<Record<string, VersionState | 'KEY_VERSION_NEEDED'>> = {
  'active, supersede': { status: 'readable', dueAt: LATER },
  'readable, retire': { status: 'retired', dueAt: null },
  'readable, retire what is needed': 'KEY_VERSION_NEEDED',
  'readable, disable': { status: 'disabled', dueAt: null },
  'retired, disable': { status: 'disabled', dueAt: null },
  'retired, schedule': { status: 'destruction_scheduled', dueAt: LATER },
  'retired, schedule what is needed': 'KEY_VERSION_NEEDED',
  'disabled, enable': { status: 'readable', dueAt: LATER },
  'disabled, schedule': { status: 'destruction_scheduled', dueAt: LATER },
  'disabled, schedule what is needed': 'KEY_VERSION_NEEDED',
  'destruction_scheduled, cancel': { status: 'disabled', dueAt: null },
  'destruction_scheduled, destroy': { status: 'destroyed', dueAt: null },
  'destruction_scheduled, destroy what is needed': 'KEY_VERSION_NEEDED',
  'readable, give up': { status: 'destroyed', dueAt: null },
  'retired, give up': { status: 'destroyed', dueAt: null },
  'disabled, give up': { status: 'destroyed', dueAt: null },
  'destruction_scheduled, give up': { status: 'destroyed', dueAt: null },
};

function outcome(state: VersionState, event: VersionEvent): VersionState | string {
  try {
    return transition(state, event);
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    return error.code;
  }
}

describe.each(Object.entries(STATES))('a version that is %s', (status, state) => {
  test.each(Object.entries(EVENTS))('%s', (name, event) => {
    expect(outcome(state, event)).toEqual(ALLOWED[`${status}, ${name}`] ?? 'KEY_VERSION_STATE');
  });
});

test('a refusal says how many would be lost', () => {
  expect(() => transition(STATES.retired, { kind: 'schedule-destruction', dueAt: LATER, needed: 3 })).toThrow(
    expect.objectContaining({ details: { count: 3 } }),
  );
});
