import { expect, test } from 'vitest';
import { createPendingSessions } from './pending-sessions.ts';
import { SESSION_LIMITS } from './session-limits.ts';

const LIMIT = expect.objectContaining({ code: 'SESSION_LIMIT', details: { retry_after: 60 } });

function start(pending: number, pendingOfAddress: number) {
  let time = 0;
  const sessions = createPendingSessions(() => new Date(time), {
    ...SESSION_LIMITS,
    pending,
    pendingOfAddress,
  });
  return { sessions, advance: (ms: number) => (time += ms) };
}

test('an id is good once, and for a minute', () => {
  const { sessions, advance } = start(10, 10);
  const [one, other] = [sessions.begin('a'), sessions.begin('a')];
  expect([one, one, 'never given'].map((id) => sessions.take(id))).toEqual([true, false, false]);
  advance(60_000);
  expect(sessions.take(other)).toBe(false);
});

test('one address gets so many, and more as they are used or too old; others are not held up', () => {
  const { sessions, advance } = start(10, 2);
  const first = sessions.begin('a');
  advance(30_000);
  const second = sessions.begin('a');
  expect(() => sessions.begin('a')).toThrow(LIMIT);
  sessions.begin('b');
  expect(sessions.take(first)).toBe(true);
  sessions.begin('a');
  expect(() => sessions.begin('a')).toThrow(LIMIT);
  advance(60_000);
  expect(sessions.take(second)).toBe(false);
  for (let times = 0; times < 2; times += 1) sessions.begin('a');
});

test('there are so many in all, and a crowd that comes later takes nobody’s away', () => {
  const { sessions, advance } = start(3, 10);
  const mine = sessions.begin('mine');
  for (const address of ['a', 'b']) sessions.begin(address);
  for (const address of ['c', 'd', 'mine']) expect(() => sessions.begin(address)).toThrow(LIMIT);
  expect(sessions.take(mine)).toBe(true);
  sessions.begin('c');
  advance(60_000);
  for (const address of ['d', 'e', 'f']) sessions.begin(address);
});
