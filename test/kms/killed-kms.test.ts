import { expect, test } from 'vitest';
import { torture } from '../torture-kms/torture.ts';

const RUNS = 4;
const seed = Date.now() % 2 ** 32;

test(`a KMS that is killed ${RUNS} times while keys go round loses none (npm run torture:kms; seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const { kills, versions } = await torture({ runs: RUNS, seed, keys: 200 });
  expect(Object.values(kills).reduce((sum, times) => sum + times, 0)).toBe(RUNS);
  expect(versions['active']).toBe(1);
});
