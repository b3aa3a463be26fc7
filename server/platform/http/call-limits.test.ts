import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import { type CountedBy, createCallLimits } from './call-limits.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** How many calls pass before one does not, and how long that one has to wait. */
async function passing(limits: ReturnType<typeof createCallLimits>, by: CountedBy, name: string) {
  for (let passed = 0; passed < 100; passed += 1) {
    try {
      await limits.count(by, name);
    } catch (error) {
      if (!isSealkeepError(error, 'RATE_LIMITED')) throw error;
      return { passed, wait: error.details['retry_after'] };
    }
  }
  return undefined;
}

test('a token makes as many calls in a minute as it may, a person and an address twice as many', async () => {
  const limits = createCallLimits(5);
  expect(await passing(limits, 'token', 'a')).toEqual({ passed: 5, wait: 60 });
  expect(await passing(limits, 'token', 'b')).toEqual({ passed: 5, wait: 60 });
  expect(await passing(limits, 'account', 'a')).toEqual({ passed: 10, wait: 60 });
  expect(await passing(limits, 'address', '192.0.2.1')).toEqual({ passed: 10, wait: 60 });
});

test('the minute begins with the first call, and another begins when it is over', async () => {
  const limits = createCallLimits(5);
  await limits.count('token', 'a');
  vi.advanceTimersByTime(40_500);
  expect(await passing(limits, 'token', 'a')).toEqual({ passed: 4, wait: 20 });
  vi.advanceTimersByTime(19_499);
  expect(await passing(limits, 'token', 'a')).toEqual({ passed: 0, wait: 1 });
  vi.advanceTimersByTime(1);
  expect(await passing(limits, 'token', 'a')).toEqual({ passed: 5, wait: 60 });
});

test('addresses of one IPv6 network count together, and one address in both its spellings', async () => {
  const limits = createCallLimits(5);
  expect(await passing(limits, 'address', '2001:db8:0:1::1')).toMatchObject({ passed: 10 });
  expect(await passing(limits, 'address', '2001:db8:0:1:ffff::2')).toMatchObject({ passed: 0 });
  expect(await passing(limits, 'address', '2001:db8:0:2::1')).toMatchObject({ passed: 10 });
  expect(await passing(limits, 'address', '::ffff:192.0.2.1')).toMatchObject({ passed: 10 });
  expect(await passing(limits, 'address', '192.0.2.1')).toMatchObject({ passed: 0 });
});

test('any number of names take no more counters than there are', async () => {
  const limits = createCallLimits(5);
  for (let name = 0; name < 30_000; name += 1) await limits.count('token', `${name}`).catch(() => undefined);
  // A timer goes with each counter.
  expect(vi.getTimerCount()).toBeGreaterThan(7000);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(8192);
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('0 counts nothing', async () => {
  expect(await passing(createCallLimits(0), 'address', '192.0.2.1')).toBeUndefined();
});
