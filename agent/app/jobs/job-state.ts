import type { Job } from '../../../shared/bridge/state.ts';

/**
 * Where a job stands: `waiting → running → done | failed | cancelled`; what did not end well goes back to `waiting` by a
 * retry, and what waits can be cancelled as well as what runs. A running job that was asked to end is running until it
 * left nothing behind.
 */
export type JobState = Job['state'];

export type JobEvent = 'start' | 'finish' | 'fail' | 'cancel' | 'retry';

const TRANSITIONS: Readonly<Record<JobState, Readonly<Partial<Record<JobEvent, JobState>>>>> = {
  waiting: { start: 'running', cancel: 'cancelled' },
  running: { finish: 'done', fail: 'failed', cancel: 'cancelled' },
  done: {},
  failed: { retry: 'waiting' },
  cancelled: { retry: 'waiting' },
};

/** @returns undefined where that can't happen to a job that stands there. */
export function transition(state: JobState, event: JobEvent): JobState | undefined {
  return TRANSITIONS[state][event];
}

export function hasEnded(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
