import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AtRest, createAtRest } from '../../core/crypto/at-rest.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { makeFilledDatabase, restingIn } from '../../test/kms/filled-kms.ts';
import { testIdentityPair } from '../../test/kms/identity-pair.ts';
import { CHEAP, NO_CLOUD, testConfig } from '../../test/kms/start-test-kms.ts';
import type { RootKeySource } from '../platform/config/root-key-setting.ts';
import { fixedKeySource } from '../platform/issuers/key-source.ts';
import { createLogger } from '../platform/logging.ts';
import { beginChange } from '../platform/root-key/change-record.ts';
import { providerOfSource } from '../platform/root-key/provider-of-source.ts';
import { rootKeyText } from '../platform/root-key/root-key-file.ts';
import { changeKmsRootKey } from './change-kms-root-key.ts';
import { createKms } from './create-kms.ts';
import { KMS_MIGRATIONS } from './store/migrations.ts';
import { KMS_RESTING_COLUMNS } from './store/resting-columns.ts';
import type { KmsSchema } from './store/schema.ts';

const RESOURCES = 450;
const now = () => new Date('2026-11-22T12:00:00Z');

let prepared: string;
let folder: string;
let present: RootKeySource & { readonly provider: 'file' };
let databaseFile: string;
const old = Secret.random(32);
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  prepared = await mkdtemp(path.join(tmpdir(), 'sealkeep-filled-'));
  await makeFilledDatabase(path.join(prepared, 'kms.sqlite'), old, RESOURCES);
}, 60_000);
afterAll(() => rm(prepared, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(path.join(prepared, 'change-'));
  databaseFile = at('kms.sqlite');
  await copyFile(path.join(prepared, 'kms.sqlite'), databaseFile);
  present = { provider: 'file', file: at('root.key') };
  await writeFile(present.file, rootKeyText(old));
});

const setting = 'KMS_ROOT_KEY';
const ask = async () => 'a long enough passphrase';
const providerOf = (source: RootKeySource) => providerOfSource(source, { setting, ask, cost: CHEAP });
const toFile = (name: string): RootKeySource => ({ provider: 'file', file: at(name) });
const change = (next: RootKeySource, from: RootKeySource = present) =>
  changeKmsRootKey({ present: from, next, databaseFile, providerOf, tell: () => undefined }, now);

async function withDatabase<T>(work: (database: ReturnType<typeof openSqlite<KmsSchema>>) => Promise<T>) {
  const database = openSqlite<KmsSchema>(databaseFile);
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

/** How many secrets of each column open under a key, of how many. */
async function opening(atRest: AtRest): Promise<Record<string, [opened: number, of: number]>> {
  const found: Record<string, [number, number]> = {};
  for (const [{ table, column }, rows] of await restingIn(databaseFile)) {
    for (const { place } of rows) expect(place).toMatchObject({ table, column });
    const opened = rows.filter(({ place, sealed }) => atRest.tryOpen(place, sealed));
    found[`${table}.${column}`] = [opened.length, rows.length];
  }
  return found;
}

async function keyAt(source: RootKeySource): Promise<Secret> {
  const key = await providerOf(source).read();
  if (!key) throw new Error('no root key');
  return key;
}

async function startOver(rootKey: Secret): Promise<void> {
  const kms = await createKms({
    config: { ...testConfig(folder), databaseFile },
    rootKey,
    cloudKeys: fixedKeySource({ keys: [] }),
    cloud: NO_CLOUD,
    now,
    logger: createLogger('kms', 'silent', { write: () => undefined }),
    version: '0.0.0',
    passwordCost: CHEAP,
    makeIdentityPair: testIdentityPair,
  });
  await kms.close();
}

/** Bytes in a KMS's tables that are no secrets of ours, or wrapped by no root key. */
const NO_SECRETS = [
  'users.enrolment_ticket_hash',
  'recovery_codes.hash',
  'known_devices.device_hash',
  'refresh_tokens.hash',
  'refresh_tokens.successor_hash',
  'identity_keys.signature',
  'client_tokens.hash',
  // The new key's own, by which it is known.
  'root_key_change.check_value',
  // Hashes of entries, which rest in clear, and what keeps those from being guessed who may not read them.
  'audit.salt',
  'audit.inner',
  'audit.link',
];

test('every column of bytes is known to rest under the root key, or to hold no secret', async () => {
  const database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  const tables = await database.introspection.getTables();
  await database.destroy();
  const bytes = tables.flatMap(({ name, columns }) =>
    columns.filter(({ dataType }) => /^blob$/i.test(dataType)).map((column) => `${name}.${column.name}`),
  );
  const known = [...KMS_RESTING_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...NO_SECRETS];
  expect(bytes.sort()).toEqual(known.sort());
});

test.each(['file', 'passphrase'] as const)(
  'to %s: all that rests opens under the new key, and nothing under the one before',
  async (provider) => {
    const before = await opening(createAtRest(old));
    expect(before['resources.secret']).toEqual([RESOURCES, RESOURCES]);
    for (const [column, [opened, of]] of Object.entries(before)) {
      expect({ column, isThere: of > 0, opened }).toEqual({ column, isThere: true, opened: of });
    }
    const sealed = await withDatabase((database) =>
      database.selectFrom('kek_versions').select('secret').execute(),
    );
    const next: RootKeySource = { provider, file: at('next.key') };
    const total = Object.values(before).reduce((sum, [, of]) => sum + of, 0);
    expect(await change(next)).toEqual({
      rewrapped: total,
      resting: total,
      former: `file:${present.file}`,
    });

    const key = await keyAt(next);
    expect(await opening(createAtRest(key))).toEqual(before);
    for (const [opened] of Object.values(await opening(createAtRest(old)))) expect(opened).toBe(0);
    const names = (await readdir(folder)).filter((name) => name.startsWith('kms.sqlite'));
    const stored = Buffer.concat(await Promise.all(names.map((name) => readFile(at(name)))));
    for (const { secret } of sealed) expect(stored.includes(Buffer.from(secret))).toBe(false);

    await rm(present.file);
    await startOver(key);
    await expect(startOver(old)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const entries = await withDatabase((database) =>
      database
        .selectFrom('audit')
        .select(['actor', 'reason'])
        .where('operation', '=', 'change-root-key')
        .execute(),
    );
    expect(entries).toEqual([{ actor: 'kms:', reason: provider }]);
  },
);

test('again with the same words, once it is done, says the same and does nothing', async () => {
  const { resting } = await change(toFile('next.key'));
  expect(await change(toFile('next.key'))).toEqual({ rewrapped: 0, resting, former: `file:${present.file}` });
  const setTo = await change(toFile('next.key'), toFile('next.key'));
  expect(setTo).toEqual({ rewrapped: 0, resting, former: `file:${present.file}` });
  expect((await change(toFile('third.key'), toFile('next.key'))).rewrapped).toBe(resting);
});

describe('nothing is changed, and nothing made,', () => {
  async function refused(next: RootKeySource, from: RootKeySource, error: object): Promise<void> {
    const before = await readdir(folder);
    await expect(change(next, from)).rejects.toMatchObject(error);
    expect((await readdir(folder)).filter((name) => name.endsWith('.key'))).toEqual(
      before.filter((name) => name.endsWith('.key')),
    );
    await startOver(old);
  }

  test('where the new key would take the present one’s place', () =>
    refused({ provider: 'passphrase', file: present.file }, present, { code: 'USAGE' }));

  test('where something has the name', async () => {
    await writeFile(at('taken.key'), rootKeyText(Secret.random(32)));
    await refused(toFile('taken.key'), present, {
      code: 'ROOT_KEY_TAKEN',
      details: { file: at('taken.key') },
    });
  });

  test('where the present key is gone, or is another, or the keychain’s', async () => {
    await refused(toFile('next.key'), toFile('gone.key'), { code: 'CONFIG_INVALID' });
    await writeFile(at('other.key'), rootKeyText(Secret.random(32)));
    await refused(toFile('next.key'), toFile('other.key'), {
      code: 'CONFIG_INVALID',
      details: { name: setting, reason: expect.stringContaining('do not rest under the root key') },
    });
    await writeFile(at('kept.key.keychain'), '');
    await refused(toFile('next.key'), toFile('kept.key'), { code: 'ROOT_KEY_IN_KEYCHAIN' });
  });

  test('where one row does not open', async () => {
    await withDatabase((database) =>
      sql`UPDATE resources SET secret = zeroblob(60) WHERE name = '//sealkeep/7'`.execute(database),
    );
    await refused(toFile('next.key'), present, {
      code: 'CONFIG_INVALID',
      details: { reason: expect.stringMatching(/^1 of \d+ secrets/) },
    });
  });

  test('where the new file cannot be written', async () => {
    await refused({ provider: 'file', file: path.join(databaseFile, 'next.key') }, present, {
      code: 'CONFIG_INVALID',
    });
  });

  test('where a server has the database open, and no server opens it meanwhile', async () => {
    await withDatabase(async (database) => {
      await database.selectFrom('users').select('id').execute();
      await expect(change(toFile('next.key'))).rejects.toMatchObject({ code: 'DATA_FOLDER_BUSY' });
    });
    const tell = () =>
      expect(() => openSqlite(databaseFile, { isExclusive: true })).toThrow('DATA_FOLDER_BUSY');
    let isTried = false;
    await changeKmsRootKey(
      {
        present,
        next: toFile('next.key'),
        databaseFile,
        providerOf,
        tell(step) {
          if (step.kind === 'begun' && !isTried) tell();
          isTried = true;
        },
      },
      now,
    );
    expect(isTried).toBe(true);
  });
});

describe('while one is under way', () => {
  beforeEach(() => withDatabase((database) => beginChange(database, present, toFile('next.key'))));

  test('no server starts, under whichever key', async () => {
    for (const key of [old, Secret.random(32)]) {
      await expect(startOver(key)).rejects.toMatchObject({
        code: 'ROOT_KEY_CHANGE_UNFINISHED',
        details: { next: `file:${at('next.key')}` },
      });
    }
  });

  test('another is refused, and the same goes on, also where the setting was changed too early', async () => {
    await expect(change(toFile('third.key'))).rejects.toMatchObject({ code: 'ROOT_KEY_CHANGE_UNFINISHED' });
    expect((await change(toFile('next.key'), toFile('next.key'))).rewrapped).toBeGreaterThan(RESOURCES);
    await startOver(await keyAt(toFile('next.key')));
  });

  test('another key in the new one’s file is not taken for it', async () => {
    await withDatabase((database) =>
      sql`UPDATE root_key_change SET state = 'rewrapping', check_value = zeroblob(40)`.execute(database),
    );
    await expect(change(toFile('next.key'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { reason: expect.stringContaining('is not there') },
    });
    await writeFile(at('next.key'), rootKeyText(Secret.random(32)));
    await expect(change(toFile('next.key'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { reason: expect.stringContaining('another root key') },
    });
  });
});
