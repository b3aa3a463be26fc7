import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openSqlite } from './sqlite.ts';

interface Schema {
  things: { id: number; content: string | number | boolean | Uint8Array | null };
}

let folder: string;
let database: Kysely<Schema>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-sqlite-'));
  database = openSqlite<Schema>(path.join(folder, 'db'));
});
afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

const createThings = {
  up: (db: Kysely<unknown>) =>
    db.schema
      .createTable('things')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('content', 'blob')
      .execute(),
};
const contents = async () =>
  (await database.selectFrom('things').select('content').orderBy('id').execute()).map((row) => row.content);

describe('values', () => {
  beforeEach(() => migrate(database, { '0001-things': createThings }));

  test('that SQLite has come back', async () => {
    const values = ['text', 7, 1.5, null, Buffer.from([0, 255])];
    for (const [id, content] of values.entries())
      await database.insertInto('things').values({ id, content }).execute();
    expect(await contents()).toEqual(['text', 7, 1.5, null, Uint8Array.from([0, 255])]);
  });

  test('true and false are 1 and 0', async () => {
    await database.insertInto('things').values({ id: 1, content: true }).execute();
    await database.insertInto('things').values({ id: 2, content: false }).execute();
    expect(await contents()).toEqual([1, 0]);
  });

  test.each([
    ['a date', new Date(0)],
    ['an object', { id: 1 }],
    ['an array', [1]],
    ['undefined', undefined],
    ['a symbol', Symbol('x')],
  ])('%s stops instead of becoming NULL', async (_, value) => {
    const insert = sql`insert into things (content) values (${value})`;
    await expect(insert.execute(database)).rejects.toThrow(TypeError);
    expect(await contents()).toEqual([]);
  });

  test('a transaction that fails leaves nothing', async () => {
    const failing = database.transaction().execute(async (trx) => {
      await trx.insertInto('things').values({ id: 1, content: 'x' }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await contents()).toEqual([]);
  });
});

describe('an iteration', () => {
  beforeEach(async () => {
    await migrate(database, { '0001-things': createThings });
    for (const id of [1, 2, 3, 4]) await database.insertInto('things').values({ id }).execute();
  });
  const ids = () => database.selectFrom('things').select('id').orderBy('id');

  test('that is under way is not disturbed by the same statement run again', async () => {
    const query = ids().compile();
    // The bare connection: Kysely's own queries wait until an iteration has ended.
    const seen = await database.getExecutor().provideConnection(async (connection) => {
      await connection.executeQuery(query);
      const rows: unknown[] = [];
      for await (const result of connection.streamQuery<{ id: number }>(query, 1)) {
        rows.push(...result.rows);
        expect((await connection.executeQuery(query)).rows).toHaveLength(4);
        for await (const again of connection.streamQuery<{ id: number }>(query, 1)) {
          expect(again.rows).toEqual([{ id: 1 }]);
          break;
        }
      }
      return rows;
    });
    expect(seen).toEqual([1, 2, 3, 4].map((id) => ({ id })));
  });

  test('that was left half-way leaves nothing to the next', async () => {
    for (let times = 0; times < 2; times += 1) {
      for await (const { id } of ids().stream()) if (id === 2) break;
      expect((await ids().execute()).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    }
  });
});

test('commits are synced, the log is written ahead, foreign keys hold', async () => {
  const pragma = async (name: string) =>
    (await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database)).rows[0];
  expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
});

describe('migrations', () => {
  const addOne = {
    up: (db: Kysely<unknown>) => sql`insert into things (id) values (1)`.execute(db).then(() => undefined),
  };

  test('run in order, each once', async () => {
    await migrate(database, { '0002-one': addOne, '0001-things': createThings });
    await migrate(database, { '0001-things': createThings, '0002-one': addOne });
    expect(await contents()).toEqual([null]);
  });

  test('a failing one leaves the schema as it was, and runs again later', async () => {
    const broken = {
      up: async (db: Kysely<unknown>) => {
        await addOne.up(db);
        throw new Error('power cut');
      },
    };
    const moreThings = {
      up: (db: Kysely<unknown>) => db.schema.createTable('more').addColumn('id', 'integer').execute(),
    };
    const first = { '0001-things': createThings };
    await migrate(database, first);
    await expect(migrate(database, { ...first, '0002-one': broken })).rejects.toThrow('power cut');
    expect(await contents()).toEqual([]);
    await expect(
      migrate(database, { ...first, '0002-made': moreThings, '0003-one': broken }),
    ).rejects.toThrow();
    const tables = await database.introspection.getTables();
    expect(tables.map((table) => table.name)).toEqual(['things']);
    await migrate(database, { ...first, '0002-one': addOne });
    expect(await contents()).toEqual([null]);
  });
});
