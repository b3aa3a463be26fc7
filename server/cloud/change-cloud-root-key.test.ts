import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { RootKeySource } from '../platform/config/root-key-setting.ts';
import { assertNoChangeUnderWay, beginChange } from '../platform/root-key/change-record.ts';
import { providerOfSource } from '../platform/root-key/provider-of-source.ts';
import { rootKeyText } from '../platform/root-key/root-key-file.ts';
import { changeCloudRootKey } from './change-cloud-root-key.ts';
import { migrations } from './stores/migrations.ts';
import { CLOUD_RESTING_COLUMNS } from './stores/resting-columns.ts';
import type { CloudSchema } from './stores/schema.ts';
import { loadAuthorizationKey } from './stores/signing-key-store.ts';

let folder: string;
let databaseFile: string;
let present: RootKeySource;
const old = Secret.random(32);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-cloud-key-'));
  databaseFile = path.join(folder, 'cloud.sqlite');
  present = { provider: 'file', file: path.join(folder, 'root.key') };
  await writeFile(present.file, rootKeyText(old));
});
afterEach(() => rm(folder, { recursive: true }));

const ask = () => Promise.reject(new Error('nobody is asked'));
const providerOf = (source: RootKeySource) => providerOfSource(source, { setting: 'CLOUD_ROOT_KEY', ask });

async function loaded(rootKey: Secret) {
  const database = openSqlite<CloudSchema>(databaseFile);
  try {
    await migrate(database, migrations);
    await assertNoChangeUnderWay(database);
    return await loadAuthorizationKey(database, createAtRest(rootKey));
  } finally {
    await database.destroy();
  }
}

test('every column of bytes is known to rest under the root key, or to hold no secret', async () => {
  const database = openSqlite<CloudSchema>(':memory:');
  await migrate(database, migrations);
  const tables = await database.introspection.getTables();
  await database.destroy();
  const bytes = tables.flatMap(({ name, columns }) =>
    columns.filter(({ dataType }) => /^blob$/i.test(dataType)).map((column) => `${name}.${column.name}`),
  );
  const known = CLOUD_RESTING_COLUMNS.map(({ table, column }) => `${table}.${column}`);
  expect(bytes.sort()).toEqual([...known, 'root_key_change.check_value'].sort());
});

test('the signing key is the same afterwards, under the new root key only', async () => {
  const before = await loaded(old);
  const next = { provider: 'file', file: path.join(folder, 'next.key') } as const;
  const changed = await changeCloudRootKey({
    present,
    next,
    databaseFile,
    providerOf,
    tell: () => undefined,
  });
  expect(changed).toEqual({ rewrapped: 1, resting: 1, former: `file:${present.file}` });
  const key = await providerOf(next).read();
  if (!key) throw new Error('no root key');
  expect((await loaded(key)).kid).toBe(before.kid);
  await expect(loaded(old)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('what was never started has nothing to change, and is not made', async () => {
  const next = { provider: 'file', file: path.join(folder, 'next.key') } as const;
  await expect(
    changeCloudRootKey({ present, next, databaseFile, providerOf, tell: () => undefined }),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { name: 'CLOUD_DATABASE_URL' } });
});

test('a change that was begun stops the start', async () => {
  await loaded(old);
  const database = openSqlite<CloudSchema>(databaseFile);
  await beginChange(database, present, { provider: 'file', file: path.join(folder, 'next.key') });
  await database.destroy();
  await expect(loaded(old)).rejects.toMatchObject({ code: 'ROOT_KEY_CHANGE_UNFINISHED' });
});
