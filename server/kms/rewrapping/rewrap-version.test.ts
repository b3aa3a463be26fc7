import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { claimedKekVersion } from '../../../shared/formats/wrapped-key.ts';
import { type BenchKek, type KeyringBench, startKeyringBench } from '../../../test/kms/keyring-bench.ts';
import { writeVersionState } from '../keyring/kek-versions.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { resourcePlace } from '../keyring/resources.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { CloudRegistry } from './cloud-registry.ts';
import { recountVersion } from './recount-version.ts';
import { rewrapVersion, uncountRewrapped } from './rewrap-version.ts';

const { signal } = new AbortController();
const UNREACHABLE = new SealkeepError('SERVER_UNREACHABLE', { service: 'cloud' });

let bench: KeyringBench;
let kek: BenchKek & { readonly ownerId: string };
let names: string[];
beforeEach(async () => {
  bench = await startKeyringBench(2);
  kek = await bench.addPerson();
  names = await bench.wrap(kek, 5);
  await bench.rotate(kek);
});
afterEach(() => bench.close());

const first = () => ({ kekId: kek.kekId, version: 1 });
const second = () => ({ kekId: kek.kekId, version: 2 });
/** The same with a registry that does some of it otherwise. */
const withRegistry = (changed: Partial<CloudRegistry>) => ({
  ...bench.parts,
  registry: { ...bench.registry, ...changed },
});
const registeredVersions = () =>
  names.map((name) => claimedKekVersion(bench.registry.keys.get(name) ?? '').version);

/** A wrapped key as the registry keeps it, to be opened; under another resource’s name where it is told so. */
const registered = (resourceName: string, of = resourceName) => ({
  resourceName,
  wrappedKey: Buffer.from(bench.registry.keys.get(of) ?? '', 'base64'),
});

describe('rewrapping what the cloud keeps', () => {
  test('goes through all pages, and everything hangs on the active version and opens', async () => {
    expect(await bench.census(kek)).toEqual({ 1: 5 });
    expect(await rewrapVersion(bench.parts, first(), signal)).toBe(5);
    expect(registeredVersions()).toEqual([2, 2, 2, 2, 2]);
    expect(await bench.census(kek)).toEqual({ 1: 0, 2: 5 });
    const items = names.map((name) => registered(name));
    expect(await unwrapDeks(bench.parts, OWN_REALM, items)).toHaveLength(5);
    expect(await rewrapVersion(bench.parts, first(), signal)).toBe(0);
  });

  test('both wraps count until the cloud has answered, and the new one before it is asked', async () => {
    const seen: unknown[] = [];
    const parts = withRegistry({
      async rewrapped(swaps, end) {
        seen.push(await bench.census(kek));
        return bench.registry.rewrapped(swaps, end);
      },
    });
    await rewrapVersion(parts, first(), signal);
    expect(seen).toEqual([
      { 1: 5, 2: 2 },
      { 1: 3, 2: 4 },
      { 1: 1, 2: 5 },
    ]);
  });

  test('a cloud that refuses: nothing is let go of', async () => {
    const parts = withRegistry({ rewrapped: () => Promise.reject(UNREACHABLE) });
    await expect(rewrapVersion(parts, first(), signal)).rejects.toBe(UNREACHABLE);
    expect(await bench.census(kek)).toEqual({ 1: 5, 2: 2 });
    expect(registeredVersions()).toEqual([1, 1, 1, 1, 1]);
  });

  test('a cloud that hangs: whoever ends the work does not wait for it, and nothing is let go of', async () => {
    const end = new AbortController();
    const asked = Promise.withResolvers<void>();
    const parts = withRegistry({
      rewrapped(_swaps, ending) {
        asked.resolve();
        return new Promise((_resolve, reject) => ending.addEventListener('abort', () => reject(UNREACHABLE)));
      },
    });
    const rewrapping = rewrapVersion(parts, first(), end.signal);
    const ended = expect(rewrapping).rejects.toBe(UNREACHABLE);
    await asked.promise;
    end.abort();
    await ended;
    expect(await bench.census(kek)).toEqual({ 1: 5, 2: 2 });
  });

  test('a wrapped key that the cloud says it did not swap goes on counting under the old version', async () => {
    const [sealedAnew = ''] = names;
    const parts = withRegistry({
      async rewrapped(swaps, end) {
        const others = swaps.filter(({ resource_name }) => resource_name !== sealedAnew);
        await bench.registry.rewrapped(others, end);
        return swaps.map(({ resource_name }) => resource_name !== sealedAnew);
      },
    });
    expect(await rewrapVersion(parts, first(), signal)).toBe(4);
    expect(await bench.census(kek)).toEqual({ 1: 1, 2: 5 });
  });

  test('what strangers list opens nothing, and holds nothing else up', async () => {
    const [mine = ''] = names;
    const other = await bench.addPerson();
    const [foreign = ''] = await bench.wrap(other);
    // Another person's resource under this KEK, and bytes that no KEK made.
    const wrapped = bench.registry.keys.get(mine) ?? '';
    bench.registry.keys.set(foreign, wrapped);
    const damaged = Buffer.from(wrapped, 'base64');
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    bench.registry.keys.set(mine, damaged.toString('base64'));
    expect(await rewrapVersion(bench.parts, first(), signal)).toBe(4);
    expect(bench.registry.keys.get(foreign)).toBe(wrapped);
    expect(await bench.census(kek)).toEqual({ 1: 1, 2: 4 });
    expect(await bench.census(other)).toEqual({ 1: 1 });
  });

  test('changes neither the generation nor the count of wraps', async () => {
    const [name = ''] = names;
    const open = async () => {
      const [opened] = await unwrapDeks(bench.parts, OWN_REALM, [registered(name)]);
      const { generation } = await bench.parts.database
        .selectFrom('resources')
        .select('generation')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return [opened?.generation, generation];
    };
    expect(await open()).toEqual([1, 1]);
    await rewrapVersion(bench.parts, first(), signal);
    expect(await open()).toEqual([1, 1]);
  });
});

test('a resource that was given up and wrapped anew after its key was opened: what was opened is not rewrapped', async () => {
  const { database, atRest } = bench.parts;
  const [name = '', kept = ''] = names;
  const rewrapOpened = async (resourceName: string, meanwhile: () => Promise<unknown>) => {
    const deks = await unwrapDeks(bench.parts, OWN_REALM, [registered(resourceName)]);
    await meanwhile();
    return rewrapDeks(bench.parts, OWN_REALM, deks, async () => undefined);
  };
  const anew = Secret.random(32).use((bytes) => atRest.seal(resourcePlace(OWN_REALM, name), bytes));
  const rewrapping = rewrapOpened(name, () =>
    database.updateTable('resources').set({ secret: anew }).where('name', '=', name).execute(),
  );
  await expect(rewrapping).rejects.toMatchObject({ code: 'WRAPPED_KEY_INVALID' });
  expect(await bench.census(kek)).toEqual({ 1: 5 });
  expect(await rewrapOpened(kept, async () => undefined)).toHaveLength(1);
});

test('the state of a version is told of its holder’s resources only', async () => {
  const [mine = ''] = names;
  const [theirs = ''] = await bench.wrap(await bench.addPerson());
  await bench.parts.database
    .transaction()
    .execute((transaction) => writeVersionState(transaction, first(), { status: 'disabled', dueAt: null }));
  const code = async (resourceName: string) =>
    unwrapDeks(bench.parts, OWN_REALM, [registered(resourceName, mine)]).catch(({ code }) => code);
  expect(await code(mine)).toBe('KEY_VERSION_DISABLED');
  expect(await code(theirs)).toBe('WRAPPED_KEY_INVALID');
});

describe('after a kill between the swap and the answer', () => {
  beforeEach(async () => {
    const parts = withRegistry({
      async rewrapped(swaps, end) {
        await bench.registry.rewrapped(swaps, end);
        throw UNREACHABLE;
      },
    });
    // One page for each run: what was swapped is not listed again.
    for (let page = 0; page < 3; page += 1)
      await expect(rewrapVersion(parts, first(), signal)).rejects.toBe(UNREACHABLE);
    expect(await bench.census(kek)).toEqual({ 1: 5, 2: 5 });
  });

  test('all pages of what the cloud keeps under the active version let go of the old one', async () => {
    await uncountRewrapped(bench.parts, second(), signal);
    expect(await bench.census(kek)).toEqual({ 1: 0, 2: 5 });
  });

  test('what it does not keep there goes on counting twice', async () => {
    bench.registry.keys.delete(names[0] ?? '');
    await uncountRewrapped(bench.parts, second(), signal);
    expect(await bench.census(kek)).toEqual({ 1: 1, 2: 5 });
  });

  test('what only says that it hangs there lets go of nothing', async () => {
    const [mine = '', another = ''] = names;
    bench.registry.keys.set(mine, bench.registry.keys.get(another) ?? '');
    await uncountRewrapped(bench.parts, second(), signal);
    expect(await bench.census(kek)).toEqual({ 1: 1, 2: 5 });
  });
});

test('counting anew what the cloud keeps goes through all pages, and fails where it does not answer', async () => {
  const before = new Map(bench.registry.keys);
  await rewrapVersion(bench.parts, first(), signal);
  expect(await bench.census(kek)).toEqual({ 1: 0, 2: 5 });
  // A cloud that came back from a backup.
  for (const [name, key] of before) bench.registry.keys.set(name, key);
  await recountVersion(bench.parts, first(), signal);
  expect(await bench.census(kek)).toEqual({ 1: 5, 2: 5 });
  const away = withRegistry({ wrapped: () => Promise.reject(UNREACHABLE) });
  await expect(recountVersion(away, first(), signal)).rejects.toMatchObject({ code: 'CLOUD_UNAVAILABLE' });
});
