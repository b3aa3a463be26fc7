import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { emptyLog } from './empty-log.ts';
import { openSqlite } from './sqlite.ts';

interface Schema {
  things: { content: string };
}

test('while somebody reads the log stays, nobody is held up for it, and the next try empties it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-log-'));
  const file = path.join(folder, 'db');
  const logText = () => readFile(`${file}-wal`, 'latin1');
  const database = openSqlite<Schema>(file);
  const reader = openSqlite<Schema>(file, { isReadOnly: true });
  await sql`CREATE TABLE things (content text)`.execute(database);
  await database.insertInto('things').values({ content: 'to be forgotten' }).execute();
  await reader.transaction().execute(async (reading) => {
    await reading.selectFrom('things').selectAll().execute();
    await database.deleteFrom('things').execute();
    const began = performance.now();
    expect(await emptyLog(database)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await logText()).toContain('to be forgotten');
  });
  expect(await emptyLog(database)).toBe(true);
  expect(await logText()).toBe('');
  // Transactions of others are waited for as before.
  expect((await sql`PRAGMA busy_timeout`.execute(database)).rows).toEqual([{ timeout: 5000 }]);
  await reader.destroy();
  await database.destroy();
  await rm(folder, { recursive: true });
});
