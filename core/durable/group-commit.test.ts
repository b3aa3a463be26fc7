import { type Kysely, sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { isFullDatabase, openSqlite } from './sqlite.ts';

interface Schema {
  things: { id: number };
  parts: { thing: number };
}

let database: Kysely<Schema>;
let commits: GroupCommit<Schema>;

beforeEach(async () => {
  database = openSqlite<Schema>(':memory:');
  await sql`CREATE TABLE things (id integer PRIMARY KEY)`.execute(database);
  // Looked at when a transaction commits.
  await sql`CREATE TABLE parts (thing integer REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)`.execute(
    database,
  );
  commits = createGroupCommit(database);
});
afterEach(() => database.destroy());

const add = (id: number) =>
  commits.run(async (transaction) => {
    await transaction.insertInto('things').values({ id }).execute();
    return id;
  });
const ids = async () => (await database.selectFrom('things').select('id').execute()).map(({ id }) => id);

test('what comes at the same time shares a commit', async () => {
  const transactions = vi.spyOn(database, 'transaction');
  expect(await Promise.all([1, 2, 3].map(add))).toEqual([1, 2, 3]);
  expect(await ids()).toEqual([1, 2, 3]);
  expect(transactions).toHaveBeenCalledTimes(1);
});

test('what fails leaves nothing and takes nobody with it', async () => {
  const failing = commits.run(async (transaction) => {
    await transaction.insertInto('things').values({ id: 7 }).execute();
    throw new Error('no');
  });
  const outcomes = await Promise.allSettled([add(1), failing, add(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await ids()).toEqual([1, 2]);
});

test('a commit that fails fails everybody in it, and the next goes on', async () => {
  const unkeepable = commits.run((transaction) =>
    transaction.insertInto('parts').values({ thing: 404 }).execute(),
  );
  const outcomes = await Promise.allSettled([unkeepable, add(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await add(3)).toBe(3);
  expect(await ids()).toEqual([3]);
});

test('work that is asked for while a group commits comes with the next', async () => {
  const later: Promise<number>[] = [];
  await commits.run(async () => {
    later.push(add(5));
  });
  expect(await Promise.all(later)).toEqual([5]);
  expect(await ids()).toEqual([5]);
});

test('what comes while too many wait is refused at once, and the others are not dropped', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 1100 }, (_, index) => add(index)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBe(1100 - 1024);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'SERVER_BUSY' });
  expect(await ids()).toHaveLength(1024);
  expect(await add(2000)).toBe(2000);
});

test('a full disk fails whoever met it with just that, keeps what it said it kept, and goes on once there is room', async () => {
  const fill = (id: number) =>
    commits.run(async (transaction) => {
      await transaction.insertInto('things').values({ id }).execute();
      await sql`INSERT INTO bytes VALUES (randomblob(20000))`.execute(transaction);
      return id;
    });
  await sql`CREATE TABLE bytes (data blob)`.execute(database);
  await sql`PRAGMA max_page_count = 40`.execute(database);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => fill(index)));
  const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures) expect(isFullDatabase(failure)).toBe(true);
  expect(await ids()).toEqual(kept);
  await sql`PRAGMA max_page_count = 4000`.execute(database);
  expect(await fill(100)).toBe(100);
});

describe('the same work of several callers', () => {
  const addAll = vi.fn(async (transaction: Transaction<Schema>, all: readonly number[]) => {
    await transaction
      .insertInto('things')
      .values(all.map((id) => ({ id })))
      .execute();
    return all.map((id) => -id);
  });
  beforeEach(() => void addAll.mockClear());

  test('is done at once, and each gets its own output', async () => {
    const outputs = [1, 2, 3].map((id) => commits.share(addAll, id));
    expect(await Promise.all([...outputs, add(4)])).toEqual([-1, -2, -3, 4]);
    expect(await ids()).toEqual([1, 2, 3, 4]);
    expect(addAll.mock.calls.map(([, all]) => all)).toEqual([[1, 2, 3]]);
  });

  test('is done for each by itself where that fails, and fails those alone that fail', async () => {
    await add(2);
    const outcomes = await Promise.allSettled([1, 2, 3].map((id) => commits.share(addAll, id)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual([1, 2, 3]);
  });
});
