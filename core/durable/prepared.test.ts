import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { itself, prepared, preparedList, type ValueOf } from './prepared.ts';
import { openSqlite } from './sqlite.ts';

interface Thing {
  readonly id: number;
  readonly kind: string;
}
interface Schema {
  things: Thing;
}

let database: Kysely<Schema>;
beforeEach(async () => {
  database = openSqlite<Schema>(':memory:');
  await sql`CREATE TABLE things (id integer PRIMARY KEY, kind text)`.execute(database);
});
afterEach(() => database.destroy());

const addThings = preparedList((db: Kysely<Schema>, things: readonly ValueOf<Thing>[]) =>
  db
    .insertInto('things')
    .values(things.map((value) => ({ id: value(({ id }) => id), kind: value(({ kind }) => kind) }))),
);
const THINGS = [1, 2, 3].map((id) => ({ id, kind: id === 3 ? 'odd' : 'plain' }));

test('a query is built once and runs with the values of each call, in a transaction as well', async () => {
  const build = vi.fn((db: Kysely<Schema>, value: ValueOf<Thing>) =>
    db
      .selectFrom('things')
      .select('id')
      .where(
        'kind',
        '=',
        value(({ kind }) => kind),
      )
      .where(
        'id',
        '<',
        value(({ id }) => id),
      )
      .orderBy('id'),
  );
  const find = prepared(build);
  await addThings(database, THINGS);
  expect(await find(database, { id: 9, kind: 'plain' })).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await find(database, { id: 2, kind: 'plain' })).toEqual([{ id: 1 }]);
  const inside = database.transaction().execute((transaction) => find(transaction, { id: 9, kind: 'odd' }));
  expect(await inside).toEqual([{ id: 3 }]);
  expect(build).toHaveBeenCalledTimes(1);
});

test('a query over a list is built once for each length', async () => {
  const build = vi.fn((db: Kysely<Schema>, ids: readonly ValueOf<number>[], kind: ValueOf<string>) =>
    db
      .selectFrom('things')
      .select('id')
      .where('kind', '=', kind(itself))
      .where(
        'id',
        'in',
        ids.map((id) => id(itself)),
      ),
  );
  const find = preparedList(build);
  await addThings(database, THINGS);
  expect(await find(database, [1, 3], 'plain')).toEqual([{ id: 1 }]);
  expect(await find(database, [2, 3], 'odd')).toEqual([{ id: 3 }]);
  expect(await find(database, [2], 'plain')).toEqual([{ id: 2 }]);
  expect(await find(database, [], 'plain')).toEqual([]);
  await expect(
    find(
      database,
      Array.from({ length: 101 }, () => 1),
      'plain',
    ),
  ).rejects.toThrow(TypeError);
  expect(build).toHaveBeenCalledTimes(2);
});
