import { expect, test } from 'vitest';
import { hasEnded, type JobEvent, type JobState, transition } from './job-state.ts';

const STATES: JobState[] = ['waiting', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'];
const EVENTS: JobEvent[] = ['start', 'finish', 'fail', 'cancel', 'pause', 'resume', 'retry', 'interrupt'];
const TABLE: Record<string, JobState> = {
  'waiting start': 'running',
  'waiting pause': 'paused',
  'waiting finish': 'done',
  'waiting fail': 'failed',
  'waiting cancel': 'cancelled',
  'waiting interrupt': 'interrupted',
  'running pause': 'paused',
  'running finish': 'done',
  'running fail': 'failed',
  'running cancel': 'cancelled',
  'running interrupt': 'interrupted',
  'paused resume': 'waiting',
  'paused finish': 'done',
  'paused fail': 'failed',
  'paused cancel': 'cancelled',
  'paused interrupt': 'interrupted',
  'failed retry': 'waiting',
  'cancelled retry': 'waiting',
  'interrupted retry': 'waiting',
};

test.each(STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)))(
  '%s, %s',
  (state, event) => {
    expect(transition(state, event)).toBe(TABLE[`${state} ${event}`]);
  },
);

test('four states are ends', () => {
  expect(STATES.filter(hasEnded)).toEqual(['done', 'failed', 'cancelled', 'interrupted']);
});
