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

test('the log is written ahead, foreign keys hold, and SQLite syncs what we do not', async () => {
  const pragma = async (db: Kysely<Schema>, name: string) =>
    (await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)).rows[0];
  expect(await pragma(database, 'synchronous')).toEqual({ synchronous: 1 });
  expect(await pragma(database, 'journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma(database, 'foreign_keys')).toEqual({ foreign_keys: 1 });
  const inMemory = openSqlite<Schema>(':memory:');
  expect(await pragma(inMemory, 'synchronous')).toEqual({ synchronous: 2 });
  await inMemory.destroy();
});

test('opening waits for nobody who is writing', async () => {
  await migrate(database, { '0001-things': createThings });
  await database.transaction().execute(async (trx) => {
    await trx.insertInto('things').values({ id: 1 }).execute();
    const other = openSqlite<Schema>(path.join(folder, 'db'));
    expect(await other.selectFrom('things').selectAll().execute()).toEqual([]);
    await other.destroy();
  });
  expect(await contents()).toEqual([null]);
});

describe('what is answered is on disk', () => {
  let syncs: PromiseWithResolvers<void>[];
  let held: Kysely<Schema>;
  let lost: unknown[];
  beforeEach(async () => {
    await migrate(database, { '0001-things': createThings });
    syncs = [];
    lost = [];
    held = openSqlite<Schema>(path.join(folder, 'db'), {
      onStoreLost: (error) => lost.push(error),
      systemSync() {
        const sync = Promise.withResolvers<void>();
        syncs.push(sync);
        return sync.promise;
      },
    });
  });
  afterEach(async () => {
    for (const sync of syncs) sync.resolve();
    await held.destroy();
  });

  const add = (id: number) => held.insertInto('things').values({ id }).execute();
  const addInTransaction = (id: number) =>
    held.transaction().execute((trx) => trx.insertInto('things').values({ id }).execute());
  const readAll = () => held.selectFrom('things').select('id').orderBy('id').execute();
  /** Says in their order which have been answered. */
  function told(...asked: readonly (readonly [name: string, answer: Promise<unknown>])[]) {
    const names: string[] = [];
    for (const [name, answer] of asked) {
      answer.then(
        () => names.push(name),
        () => names.push(`${name} failed`),
      );
    }
    return names;
  }
  /** All that can go on without the disk has gone on after this. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('by a write, by a transaction, and by a read of either', async () => {
    const first = told(['write', add(1)], ['read', readAll()]);
    await turn();
    expect(await database.selectFrom('things').select('id').execute()).toEqual([{ id: 1 }]);
    const second = told(['transaction', addInTransaction(2)], ['late read', readAll()]);
    await turn();
    expect([first, second, syncs.length]).toEqual([[], [], 1]);
    syncs[0]?.resolve();
    await turn();
    // The sync that was under way may have begun before the second commit.
    expect([first.toSorted(), second, syncs.length]).toEqual([['read', 'write'], [], 2]);
    syncs[1]?.resolve();
    await turn();
    expect(second.toSorted()).toEqual(['late read', 'transaction']);
    expect(await readAll()).toEqual([{ id: 1 }, { id: 2 }]);
    expect(syncs).toHaveLength(2);
  });

  test('or nothing is, once a sync has failed', async () => {
    const before = told(['write', add(1)], ['read', readAll()]);
    await turn();
    syncs[0]?.reject(new Error('EIO'));
    await turn();
    expect(before.toSorted()).toEqual(['read failed', 'write failed']);
    const error = { code: 'STORE_LOST', cause: new Error('EIO') };
    await expect(add(2)).rejects.toMatchObject(error);
    await expect(addInTransaction(3)).rejects.toMatchObject(error);
    await expect(readAll()).rejects.toMatchObject(error);
    expect(syncs).toHaveLength(1);
    expect(lost).toEqual([expect.objectContaining(error)]);
  });

  test('nor what waited for the sync after the one that failed', async () => {
    const first = told(['write', add(1)]);
    await turn();
    const second = told(['write', add(2)], ['read', readAll()]);
    await turn();
    syncs[0]?.reject(new Error('EIO'));
    await turn();
    expect([first, second.toSorted()]).toEqual([['write failed'], ['read failed', 'write failed']]);
    expect([syncs.length, lost.length]).toEqual([1, 1]);
  });
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
