import { expect, test } from 'vitest';
import { randomId as idSchema } from '../../shared/names/resource-name.ts';
import { randomId, randomRecoveryCode, randomToken } from './random.ts';

test.each([
  ['ids', randomId, /^[A-Za-z0-9_-]{22}$/],
  ['tokens', randomToken, /^[A-Za-z0-9_-]{43}$/],
  ['recovery codes', randomRecoveryCode, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/],
])('%s have their shape and never come twice', (_, make, shape) => {
  const many = Array.from({ length: 500 }, make);
  expect(new Set(many).size).toBe(500);
  for (const one of many) expect(one).toMatch(shape);
});

test('ids are what the formats take', () => {
  expect(idSchema.safeParse(randomId()).success).toBe(true);
});
