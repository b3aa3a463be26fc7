import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { type BenchKek, type KeyringBench, startKeyringBench } from '../../../test/kms/keyring-bench.ts';
import { countReleased } from '../keyring/census.ts';
import { kekVersionText } from '../keyring/find-kek.ts';
import { writeVersionState } from '../keyring/kek-versions.ts';
import { rewrapVersion } from '../rewrapping/rewrap-version.ts';
import type { KmsSchema } from '../store/schema.ts';
import { destroyDue, retireDue } from './end-versions.ts';
import { createKmsUpkeep } from './kms-upkeep.ts';
import { rotateDue } from './rotate-due.ts';

const { signal } = new AbortController();
const UNREACHABLE = new SealkeepError('SERVER_UNREACHABLE', { service: 'cloud' });

let bench: KeyringBench;
let kek: BenchKek & { readonly ownerId: string };
beforeEach(async () => {
  bench = await startKeyringBench();
  kek = await bench.addPerson();
});
afterEach(() => bench.close());

const first = ({ kekId } = kek) => ({ kekId, version: 1 });
const withoutCloud = () => ({
  ...bench.parts,
  registry: { ...bench.registry, wrapped: () => Promise.reject(UNREACHABLE) },
});

describe('rotation by schedule', () => {
  const every = (rotationDays: number) => ({
    ...bench.parts,
    config: { ...bench.parts.config, rotationDays },
  });

  test('rotates each KEK, foreign ones too, once its active version is so old, and says so', async () => {
    const foreign = await bench.addForeignKek('x.org');
    bench.advanceDays(29.9);
    const young = await bench.addPerson();
    await rotateDue(every(30), signal);
    expect(await bench.versions(kek)).toEqual(['1 active']);
    bench.advanceDays(0.1);
    await rotateDue(every(30), signal);
    expect(await bench.versions(kek)).toEqual(['1 readable', '2 active']);
    expect(await bench.versions(foreign)).toEqual(['1 readable', '2 active']);
    expect(await bench.versions(young)).toEqual(['1 active']);
    expect(await bench.audit()).toEqual(
      expect.arrayContaining(
        [kek, foreign].map(({ kekId }) => ({
          operation: 'rotate-key',
          actor: 'kms:',
          reason: `${kekId}/2`,
        })),
      ),
    );
    await rotateDue(every(30), signal);
    expect(await bench.versions(kek)).toEqual(['1 readable', '2 active']);
  });

  test('never where it is switched off', async () => {
    bench.advanceDays(10_000);
    await rotateDue(every(0), signal);
    expect(await bench.versions(kek)).toEqual(['1 active']);
  });
});

test('a rewrap that failed counts as unfinished: the next run lets go of what it left counted twice', async () => {
  await bench.wrap(kek, 2);
  await bench.rotate(kek);
  let isCut = false;
  const registry: typeof bench.registry = {
    ...bench.registry,
    async rewrapped(swaps, end) {
      const swapped = await bench.registry.rewrapped(swaps, end);
      if (isCut) throw UNREACHABLE;
      return swapped;
    },
  };
  const upkeep = createKmsUpkeep({ ...bench.parts, registry }, () => () => undefined);
  // The first of a process looks everything through, whatever was before it.
  await upkeep.run();
  expect(await bench.census(kek)).toEqual({ 1: 0, 2: 2 });
  isCut = true;
  await bench.rotate(kek);
  await upkeep.run();
  expect(await bench.census(kek)).toEqual({ 1: 0, 2: 2, 3: 2 });
  isCut = false;
  await upkeep.run();
  expect(await bench.census(kek)).toEqual({ 1: 0, 2: 0, 3: 2 });
  await upkeep.close();
});

describe('retiring', () => {
  test('a version that nothing hangs on, once its grace period is over', async () => {
    await bench.rotate(kek);
    bench.advanceDays(6.9);
    await retireDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 readable', '2 active']);
    bench.advanceDays(0.1);
    await retireDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 retired', '2 active']);
  });

  test('never one of a foreign realm, whose people keep their wrapped keys themselves', async () => {
    const foreign = await bench.addForeignKek('x.org');
    await bench.rotate(foreign);
    bench.advanceDays(1000);
    await retireDue(bench.parts, signal);
    expect(await bench.versions(foreign)).toEqual(['1 readable', '2 active']);
  });

  test('not where the cloud turns out to keep something under it, or does not answer', async () => {
    const [name = ''] = await bench.wrap(kek);
    const before = bench.registry.keys.get(name) ?? '';
    await bench.rotate(kek);
    await rewrapVersion(bench.parts, first(), signal);
    bench.advanceDays(7);
    await expect(retireDue(withoutCloud(), signal)).rejects.toMatchObject({ code: 'CLOUD_UNAVAILABLE' });
    bench.registry.keys.set(name, before);
    await retireDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 readable', '2 active']);
  });
});

describe('destroying', () => {
  const secretOf = async () => {
    const { secret } = await bench.parts.database
      .selectFrom('kek_versions')
      .select('secret')
      .where('kek_id', '=', kek.kekId)
      .where('version', '=', 1)
      .executeTakeFirstOrThrow();
    return Buffer.from(secret);
  };
  let secret: Buffer;

  beforeEach(async () => {
    await bench.rotate(kek);
    const dueAt = bench.parts.now().getTime() + 7 * DAY_MS;
    await bench.parts.database
      .transaction()
      .execute((transaction) =>
        writeVersionState(transaction, first(), { status: 'destruction_scheduled', dueAt }),
      );
    secret = await secretOf();
  });

  test('comes at its time and leaves nothing of the secret in the files', async () => {
    bench.advanceDays(6.9);
    await destroyDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 destruction_scheduled', '2 active']);
    expect((await bench.files()).includes(secret)).toBe(true);
    bench.advanceDays(0.1);
    await destroyDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 destroyed', '2 active']);
    expect(await secretOf()).toHaveLength(0);
    expect((await bench.files()).includes(secret)).toBe(false);
    expect((await bench.audit()).at(-1)).toEqual({
      operation: 'destroy-key-version',
      actor: 'kms:',
      reason: kekVersionText(first()),
    });
  });

  test('leaves nothing in the files after a later run, where somebody read them meanwhile', async () => {
    bench.advanceDays(7);
    const upkeep = createKmsUpkeep({ ...bench.parts, registry: bench.registry }, () => () => undefined);
    const reader = openSqlite<KmsSchema>(bench.parts.config.databaseFile, { isReadOnly: true });
    await reader.transaction().execute(async (reading) => {
      await reading.selectFrom('keks').select('id').execute();
      await upkeep.run();
    });
    expect(await bench.versions(kek)).toEqual(['1 destroyed', '2 active']);
    expect((await bench.files()).includes(secret)).toBe(true);
    await upkeep.run();
    expect((await bench.files()).includes(secret)).toBe(false);
    await reader.destroy();
    await upkeep.close();
  });

  test('does not come while anything hangs on the version, and the log says how much', async () => {
    await bench.parts.database
      .insertInto('census')
      .values({
        ...{ realm: 'sealkeep', resource_name: `//sealkeep/${kek.ownerId}/x`, generation: 1 },
        ...{ kek_id: kek.kekId, version: 1 },
      })
      .execute();
    bench.advanceDays(7);
    await destroyDue(bench.parts, signal);
    expect(await bench.versions(kek)).toEqual(['1 destruction_scheduled', '2 active']);
    expect(await secretOf()).toEqual(secret);
    expect(bench.log()).toContain('"count":1');
  });

  test('does not come while the cloud keeps something under it, though a release comes after the look', async () => {
    const other = await bench.addPerson();
    const names = await bench.wrap(other);
    await bench.rotate(other);
    const { commits, database } = bench.parts;
    await database
      .updateTable('kek_versions')
      .set({ status: 'destruction_scheduled', due_at: 0 })
      .where('kek_id', '=', other.kekId)
      .where('version', '=', 1)
      .execute();
    const releasing: typeof commits = {
      ...commits,
      async run(work) {
        const counted = await commits.run(work);
        await database.transaction().execute((transaction) => countReleased(transaction, names));
        return counted;
      },
    };
    await destroyDue({ ...bench.parts, commits: releasing }, signal);
    expect(await bench.census(other)).toEqual({ 1: 0 });
    expect(await bench.versions(other)).toEqual(['1 destruction_scheduled', '2 active']);
  });

  test('does not come where nobody knows what the cloud keeps', async () => {
    bench.advanceDays(7);
    await expect(destroyDue(withoutCloud(), signal)).rejects.toMatchObject({ code: 'CLOUD_UNAVAILABLE' });
    expect(await secretOf()).toEqual(secret);
  });

  test('one that cannot be destroyed holds up no other', async () => {
    const other = await bench.addPerson();
    await bench.rotate(other);
    await bench.parts.database
      .updateTable('kek_versions')
      .set({ status: 'destruction_scheduled', due_at: 0 })
      .where('kek_id', '=', other.kekId)
      .where('version', '=', 1)
      .execute();
    bench.advanceDays(7);
    const parts = {
      ...bench.parts,
      registry: {
        ...bench.registry,
        wrapped: async (asked: { readonly kekId: string }) => {
          if (asked.kekId === kek.kekId) throw UNREACHABLE;
          return { items: [] };
        },
      },
    };
    await expect(destroyDue(parts, signal)).rejects.toMatchObject({ code: 'CLOUD_UNAVAILABLE' });
    expect(await bench.versions(kek)).toEqual(['1 destruction_scheduled', '2 active']);
    expect(await bench.versions(other)).toEqual(['1 destroyed', '2 active']);
  });
});
