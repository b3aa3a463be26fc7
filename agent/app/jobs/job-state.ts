import type { Job } from '../../../shared/bridge/state.ts';

/**
 * Where a job stands.
 * - `waiting`: it begins, or goes on, when its turn comes.
 * - `running`: it has a place among those that run. One that was asked to end is running until it left nothing behind.
 * - `paused`: the person said so; it has no place. Some stand still where they are, others ended and begin anew.
 * - `done`: all its files are.
 * - `failed`: some of its files, or all, are not.
 * - `cancelled`: the person ended it; files that were done are done.
 * - `interrupted`: Sealkeep ended while it was under way; so it was found at the next start.
 *
 * What did not end well goes back to `waiting` by a retry, for those of its files that are not done.
 */
export type JobState = Job['state'];

export type JobEvent = 'start' | 'finish' | 'fail' | 'cancel' | 'pause' | 'resume' | 'retry' | 'interrupt';

/** What was at its last segment when it was paused ends all the same, also while it waits to go on. */
const ENDS = { finish: 'done', fail: 'failed', cancel: 'cancelled', interrupt: 'interrupted' } as const;

const TRANSITIONS: Readonly<Record<JobState, Readonly<Partial<Record<JobEvent, JobState>>>>> = {
  waiting: { start: 'running', pause: 'paused', ...ENDS },
  running: { pause: 'paused', ...ENDS },
  paused: { resume: 'waiting', ...ENDS },
  done: {},
  failed: { retry: 'waiting' },
  cancelled: { retry: 'waiting' },
  interrupted: { retry: 'waiting' },
};

/** @returns undefined where that can't happen to a job that stands there. */
export function transition(state: JobState, event: JobEvent): JobState | undefined {
  return TRANSITIONS[state][event];
}

export function hasEnded(state: JobState): state is EndedState {
  return Object.values<JobState>(ENDS).includes(state);
}

export type EndedState = (typeof ENDS)[keyof typeof ENDS];
