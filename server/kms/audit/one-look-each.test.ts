import { expect, test } from 'vitest';
import { createOneLookEach } from './one-look-each.ts';

test('each person looks once at a time, in the order they asked, and holds up nobody else', async () => {
  const inTurn = createOneLookEach();
  const begun: string[] = [];
  const look = (personId: string, name: string) => {
    const ends = Promise.withResolvers<string>();
    const seen = inTurn(personId, () => {
      begun.push(name);
      return ends.promise;
    });
    return { ends, seen };
  };
  const [first, second, third] = [look('ann', '1'), look('ann', '2'), look('ann', '3')];
  const other = look('ben', 'other');
  expect(begun).toEqual(['1', 'other']);
  first.ends.reject(new Error('no'));
  await expect(first.seen).rejects.toThrow('no');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['1', 'other', '2']);
  for (const { ends } of [second, third, other]) ends.resolve('seen');
  expect(await Promise.all([second.seen, third.seen, other.seen])).toEqual(['seen', 'seen', 'seen']);
  expect(begun).toEqual(['1', 'other', '2', '3']);
});
