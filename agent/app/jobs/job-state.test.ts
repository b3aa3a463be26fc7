import { expect, test } from 'vitest';
import { hasEnded, type JobEvent, type JobState, transition } from './job-state.ts';

const STATES: JobState[] = ['waiting', 'running', 'done', 'failed', 'cancelled'];
const EVENTS: JobEvent[] = ['start', 'finish', 'fail', 'cancel', 'retry'];
const TABLE: Record<string, JobState> = {
  'waiting start': 'running',
  'waiting cancel': 'cancelled',
  'running finish': 'done',
  'running fail': 'failed',
  'running cancel': 'cancelled',
  'failed retry': 'waiting',
  'cancelled retry': 'waiting',
};

test.each(STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)))(
  '%s, %s',
  (state, event) => {
    expect(transition(state, event)).toBe(TABLE[`${state} ${event}`]);
  },
);

test('three states are ends', () => {
  expect(STATES.filter(hasEnded)).toEqual(['done', 'failed', 'cancelled']);
});
