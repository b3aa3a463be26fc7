import { expect, test } from 'vitest';
import { createAtRest, type RestingPlace, sealForKeeping } from './at-rest.ts';
import { Secret } from './secret.ts';

const place: RestingPlace = { table: 'keks', column: 'secret', row: '1' };

test('a secret opens where it rests, also after the root key given was destroyed', () => {
  const root = Secret.random(32);
  const atRest = createAtRest(root);
  root.destroy();
  const sealed = atRest.seal(place, Buffer.from('kek'));
  expect(sealed.includes('kek')).toBe(false);
  expect(atRest.open(place, sealed).use((bytes) => bytes.toString())).toBe('kek');
});

test.each([
  ['another row', { ...place, row: '2' }],
  ['another column', { ...place, column: 'other' }],
  ['another table', { ...place, table: 'users' }],
  // Were the parts only joined, these two would be one place.
  ['parts that read the same when joined', { table: 'keks", "secret', column: '1', row: '' }],
])('it does not open in %s', (_, other) => {
  const atRest = createAtRest(Secret.random(32));
  const sealed = atRest.seal(place, Buffer.from('kek'));
  expect(() => atRest.open(other, sealed)).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
});

test('it does not open under another root key, nor changed', () => {
  const atRest = createAtRest(Secret.random(32));
  const sealed = atRest.seal(place, Buffer.from('kek'));
  expect(() => createAtRest(Secret.random(32)).open(place, sealed)).toThrow('STORE_UNAVAILABLE');
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(() => atRest.open(place, sealed)).toThrow('STORE_UNAVAILABLE');
});

test('what is sealed for keeping is destroyed, also where it cannot be sealed', () => {
  const atRest = createAtRest(Secret.random(32));
  const kept = Secret.take(Buffer.from('kek'));
  const sealed = sealForKeeping(atRest, place, kept);
  expect(atRest.open(place, sealed).use((bytes) => bytes.toString())).toBe('kek');
  const bytes = Buffer.from('kek');
  const broken = { ...atRest, seal: () => expect.fail('no seal') };
  expect(() => sealForKeeping(broken, place, Secret.take(bytes))).toThrow('no seal');
  expect(kept.length).toBe(0);
  expect(bytes).toEqual(Buffer.alloc(3));
});
