import { describe, expect, test } from 'vitest';
import { createPasswordHasher, PASSWORD_COST } from './password-hash.ts';

const hasher = createPasswordHasher({ memory: 64, passes: 1 });

test('a password is verified by its hash, in whatever Unicode form it is typed', async () => {
  const stored = await hasher.hash('caf\u00e9');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  expect(await hasher.verify('cafe\u0301', stored)).toBe(true);
  expect(await hasher.verify('cafe', stored)).toBe(false);
  expect(await hasher.hash('caf\u00e9')).not.toBe(stored);
});

test('nobody has no password, and is no hash that is refused without the work', async () => {
  for (const password of ['', 'nobody', 'secret']) {
    expect(await hasher.verify(password, undefined)).toBe(false);
  }
  await expect(hasher.verify('secret', '$argon2id$v=19$m=64,t=1,p=1$AAAA')).rejects.toThrow();
});

test('the cost is the one of RFC 9106', () => {
  expect(PASSWORD_COST).toEqual({ memory: 65_536, passes: 3 });
});

describe('two at a time', () => {
  test('a crowd is served whole', async () => {
    const stored = await hasher.hash('secret');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => hasher.verify(index % 2 ? 'secret' : 'wrong', stored)),
    );
    expect(answers.filter(Boolean)).toHaveLength(10);
  });

  test('a failure gives its place back', async () => {
    await Promise.all(
      Array.from({ length: 5 }, () => expect(hasher.verify('secret', 'not a hash')).rejects.toThrow()),
    );
    const stored = await hasher.hash('secret');
    expect(await Promise.all([1, 2, 3].map(() => hasher.verify('secret', stored)))).toEqual([
      true,
      true,
      true,
    ]);
  });
});
