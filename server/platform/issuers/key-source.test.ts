import { beforeAll, beforeEach, expect, test } from 'vitest';
import { generateSigningKey, type SigningKey } from '../../../core/crypto/key-pairs.ts';
import { type Jwks, publishKeySet } from '../../../core/crypto/key-set.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { createKeySource, type KeySource } from './key-source.ts';

const MINUTE_MS = 60_000;

let old: SigningKey;
let fresh: SigningKey;
let time: number;
let asked: number;
let load: () => Promise<Jwks>;
let source: KeySource;

const published = (key: SigningKey) => async () => publishKeySet([{ typ: 'x', key }]);
const down = async () => {
  throw new SealkeepError('ISSUER_UNAVAILABLE');
};
const isTrusted = async (key: SigningKey) => (await source.keyFor(key.kid)) !== undefined;

const newSource = () =>
  createKeySource({
    load: () => {
      asked += 1;
      return load();
    },
    now: () => new Date(time),
  });

beforeAll(async () => {
  [old, fresh] = await Promise.all([generateSigningKey('EdDSA'), generateSigningKey('EdDSA')]);
});
beforeEach(async () => {
  time = Date.parse('2026-11-22T12:00:00Z');
  asked = 0;
  load = published(old);
  source = newSource();
  expect(await isTrusted(old)).toBe(true);
});

test('keys are fetched once within fifty minutes', async () => {
  time += 49 * MINUTE_MS;
  expect(await isTrusted(old)).toBe(true);
  expect(asked).toBe(1);
});

test('while somebody asks now and then, nobody waits for the next fetch', async () => {
  const arriving = Promise.withResolvers<Jwks>();
  load = () => arriving.promise;
  time += 50 * MINUTE_MS;
  // Answered although the issuer has not, and asks it once.
  expect(await isTrusted(old)).toBe(true);
  expect(await isTrusted(old)).toBe(true);
  expect(asked).toBe(2);
  arriving.resolve(publishKeySet([{ typ: 'x', key: fresh }]));
  await arriving.promise;
  expect(await isTrusted(fresh)).toBe(true);
  expect(await isTrusted(old)).toBe(false);
  time += 49 * MINUTE_MS;
  expect(await isTrusted(fresh)).toBe(true);
  expect(asked).toBe(2);
});

test('a withdrawn key is trusted for an hour at most', async () => {
  load = published(fresh);
  time += 60 * MINUTE_MS;
  expect(await isTrusted(old)).toBe(false);
  expect(await isTrusted(fresh)).toBe(true);
  expect(asked).toBe(2);
});

test('a new key is noticed at once, and nobody can have the issuer asked all the time', async () => {
  load = published(fresh);
  time += MINUTE_MS;
  expect(await isTrusted(fresh)).toBe(true);
  for (let times = 0; times < 10; times += 1) expect(await isTrusted(old)).toBe(false);
  expect(asked).toBe(2);
});

test('where the issuer is down the keys go on for another hour, and no longer', async () => {
  load = down;
  time += 60 * MINUTE_MS;
  expect(await isTrusted(old)).toBe(true);
  // Not every token of an outage costs a request.
  expect(await isTrusted(old)).toBe(true);
  expect(asked).toBe(2);
  time += 59 * MINUTE_MS;
  expect(await isTrusted(old)).toBe(true);
  time += MINUTE_MS;
  await expect(isTrusted(old)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  load = published(old);
  time += 1000;
  expect(await isTrusted(old)).toBe(true);
});

test.each([
  ['were never fetched', 0],
  ['are too old', 120 * MINUTE_MS],
])('an issuer that is down is asked once a second at most where its keys %s', async (_name, age) => {
  if (age === 0) source = newSource();
  time += age;
  asked = 0;
  load = down;
  const refused = () => expect(isTrusted(old)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  await Promise.all([refused(), refused()]);
  load = published(old);
  time += 999;
  await refused();
  expect(asked).toBe(1);
  time += 1;
  expect(await isTrusted(old)).toBe(true);
  expect(asked).toBe(2);
});

test('a second counts from the end of a fetch, and a clock that is set back ends it', async () => {
  source = newSource();
  load = async () => {
    time += 5000;
    return down();
  };
  asked = 0;
  await expect(isTrusted(old)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  await expect(isTrusted(old)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  expect(asked).toBe(1);
  load = published(old);
  time -= MINUTE_MS;
  expect(await isTrusted(old)).toBe(true);
});
