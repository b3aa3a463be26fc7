import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

test('nothing that prints a secret shows it', () => {
  const secret = Secret.take(Buffer.from('hunter2 hunter2'));
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: [secret] }, { showHidden: true, depth: null }),
    Object.values(secret).join(),
  ];
  for (const text of shown) expect(text).not.toMatch(/hunter2|68756e746572|104, ?117/i);
  expect(String(secret)).toBe('[secret]');
});

test('its bytes are lent, and zero-filled when it is destroyed', () => {
  const bytes = Buffer.from([1, 2, 3]);
  const secret = Secret.take(bytes);
  expect(secret.length).toBe(3);
  expect(secret.use((lent) => lent.toString('hex'))).toBe('010203');
  secret.destroy();
  expect(bytes).toEqual(Buffer.alloc(3));
  expect(secret.length).toBe(0);
  expect(() => secret.use(() => 'anything')).toThrow(TypeError);
  expect(() => secret.destroy()).not.toThrow();
});

test('random ones differ', () => {
  const [one, other] = [Secret.random(32), Secret.random(32)];
  expect(one.use((bytes) => bytes.toString('hex'))).not.toBe(other.use((bytes) => bytes.toString('hex')));
});

test('a copy has bytes of its own', () => {
  const one = Secret.take(Buffer.from('bytes'));
  const copy = one.copy();
  one.destroy();
  expect(copy.use(String)).toBe('bytes');
});
