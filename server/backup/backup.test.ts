import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { randomId } from '../../core/crypto/random.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { migrations as CLOUD_MIGRATIONS } from '../cloud/stores/migrations.ts';
import type { CloudDatabase, CloudSchema } from '../cloud/stores/schema.ts';
import { createAuditLog } from '../kms/audit/audit-log.ts';
import { ownAct } from '../kms/audit/own-act.ts';
import { verifyDatabase } from '../kms/audit/verify-database.ts';
import { signingKeyPlace } from '../kms/signing/signing-keys.ts';
import { KMS_MIGRATIONS } from '../kms/store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../kms/store/schema.ts';
import { type BackupParts, backupContent } from './backup-content.ts';
import { databaseName, type ServerName } from './entries.ts';
import { type RestoreParts, restoreBackup } from './restore-backup.ts';

const now = () => new Date('2026-11-22T12:00:00Z');
const rootKey = Secret.random(32);

let folder: string;
let cloud: CloudDatabase;
const at = (...names: string[]) => path.join(folder, ...names);
const databasesOf = (where: string): Record<ServerName, string> => ({
  kms: path.join(where, databaseName('kms')),
  cloud: path.join(where, databaseName('cloud')),
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-backup-'));
  await mkdir(at('data', 'cloud', 'blobs'), { recursive: true });
  await mkdir(at('data', 'kms'));
  const databases = databasesOf(at('data'));
  const kms = openSqlite<KmsSchema>(databases.kms);
  await migrate(kms, KMS_MIGRATIONS);
  const private_key = createAtRest(rootKey).seal(signingKeyPlace('identity'), Buffer.from('a key'));
  await kms
    .insertInto('signing_keys')
    .values({ typ: 'identity', algorithm: 'EdDSA', private_key, created_at: 0 })
    .execute();
  await kms.destroy();
  cloud = openSqlite<CloudSchema>(databases.cloud);
  await migrate(cloud, CLOUD_MIGRATIONS);
  await cloud.insertInto('people').values({ id: 'ana', name: 'ana' }).execute();
  await writeFile(at('data', 'names.json'), '{"kms":"k","cloud":"c"}');
});
afterEach(async () => {
  await cloud.destroy();
  await rm(folder, { recursive: true });
});

/** Uploads, as far as database and folder see it. */
async function addBlob(content: string): Promise<string> {
  const blob = randomId();
  await writeFile(at('data', 'cloud', 'blobs', blob), content);
  const file = { id: blob, owner: 'ana', name: blob, size: 1, created_at: '' };
  await cloud.insertInto('resources').values(file).execute();
  await sql`INSERT INTO files (resource, owner, name, size, blob, enc_size, key_file, mac, changed_at)
    VALUES (${blob}, 'ana', ${blob}, 1, ${blob}, ${content.length}, '', '', '')`.execute(cloud);
  return blob;
}

async function removeBlob(blob: string): Promise<void> {
  await cloud.deleteFrom('files').where('blob', '=', blob).execute();
  await rm(at('data', 'cloud', 'blobs', blob));
}

interface Made {
  readonly pieces: Buffer[];
  readonly lost: string[];
}

async function made(
  change: Partial<BackupParts> = {},
  between: (pieces: number) => Promise<void> = async () => undefined,
): Promise<Made> {
  const lost: string[] = [];
  const content = backupContent({
    dataFolder: at('data'),
    workFolder: at('data', 'work'),
    databases: databasesOf(at('data')),
    blobsFolder: at('data', 'cloud', 'blobs'),
    settings: 'KMS_PORT="3001"\n',
    rootKeys: {},
    now,
    lost: (blob) => lost.push(blob),
    ...change,
  });
  const pieces: Buffer[] = [];
  for await (const piece of content) {
    pieces.push(piece);
    await between(pieces.length);
  }
  expect(existsSync(at('data', 'work'))).toBe(false);
  return { pieces, lost };
}

/** In pieces that lie across all borders. */
async function* inPieces(pieces: readonly Buffer[], length = 1000): AsyncGenerator<Buffer> {
  const whole = Buffer.concat(pieces);
  for (let start = 0; start < whole.length; start += length) yield whole.subarray(start, start + length);
}

function restored({ pieces }: Made, name = 'restored', change: Partial<RestoreParts> = {}) {
  return restoreBackup({
    dataFolder: at(name),
    databases: databasesOf(at(name)),
    blobsFolder: at(name, 'cloud', 'blobs'),
    pieces: inPieces(pieces),
    rootKeyOf: async () => undefined,
    now,
    isTrial: false,
    ...change,
  });
}

async function emptyFolder(name = 'restored'): Promise<void> {
  await mkdir(at(name));
}
const blobsIn = async (name = 'restored') => (await readdir(at(name, 'cloud', 'blobs'))).toSorted();

test('what is restored is what was backed up, with names, settings, root keys and blobs', async () => {
  const blobs = [await addBlob('a'), await addBlob('b'.repeat(5000)), await addBlob('')];
  const backup = await made({ rootKeys: { kms: rootKey } });
  await emptyFolder();
  expect(await restored(backup)).toEqual({
    manifest: expect.objectContaining({ servers: ['kms', 'cloud'], made_at: '2026-11-22T12:00:00.000Z' }),
    former: undefined,
    withoutRootKey: ['cloud'],
    blobs: 3,
    missingBlobs: 0,
    wrongAuditEntry: undefined,
  });
  expect(await blobsIn()).toEqual(blobs.toSorted());
  expect(await readFile(at('restored', 'cloud', 'blobs', blobs[1] ?? ''), 'utf8')).toBe('b'.repeat(5000));
  expect(await readFile(at('restored', 'names.json'), 'utf8')).toBe('{"kms":"k","cloud":"c"}');
  expect(await readFile(at('restored', 'settings.env'), 'utf8')).toBe('KMS_PORT="3001"\n');
  const key = await readFile(at('restored', 'kms', 'keys', 'root.key'), 'utf8');
  expect(rootKey.use((bytes) => bytes.toString('base64'))).toBe(key.trim());
});

test('no root key is in it that was not asked for', async () => {
  await mkdir(at('data', 'kms', 'keys'));
  await writeFile(at('data', 'kms', 'keys', 'root.key'), 'the root key');
  const { pieces } = await made();
  expect(Buffer.concat(pieces).includes('the root key')).toBe(false);
});

test('files that come and go while it is made: what the database in it names is in it, and nothing else', async () => {
  const [stays, goes] = [await addBlob('stays'), await addBlob('goes')];
  let came = '';
  const backup = await made({}, async (pieces) => {
    // Before the first blob is read, and once the first round is under way.
    if (pieces === 1) await removeBlob(goes);
    if (pieces === 4) came = await addBlob('came');
  });
  expect(backup.lost).toEqual([]);
  await emptyFolder();
  expect(await restored(backup)).toMatchObject({ blobs: 2, missingBlobs: 0 });
  expect(await blobsIn()).toEqual([stays, came].toSorted());
});

test('a blob that is gone for good is said, and the rest is backed up', async () => {
  const [, gone] = [await addBlob('there'), await addBlob('gone')];
  await rm(at('data', 'cloud', 'blobs', gone ?? ''));
  const backup = await made();
  expect(backup.lost).toEqual([gone]);
  await emptyFolder();
  expect(await restored(backup)).toMatchObject({ blobs: 2, missingBlobs: 1 });
});

test('without blobs those in place stay, and what is in its place is kept', async () => {
  const blob = await addBlob('content');
  const backup = await made({ blobsFolder: undefined });
  const { former, missingBlobs } = await restored(backup, 'data');
  expect(missingBlobs).toBe(0);
  expect(former).toBe(at('data', 'before-restore-20261122T120000Z'));
  expect(await blobsIn('data')).toEqual([blob]);
  expect(existsSync(at('data', 'before-restore-20261122T120000Z', 'kms', 'kms.sqlite'))).toBe(true);
});

test('an audit log that does not hold is told', async () => {
  const kms = openSqlite<KmsSchema>(databasesOf(at('data')).kms);
  const entry = { actor: 'ana', operation: 'wrap' };
  const audit = createAuditLog(kms, now);
  await audit.append(ownAct(), [entry, entry, entry]);
  await sql`DROP TRIGGER audit_no_delete`.execute(kms);
  await sql`DELETE FROM audit WHERE seq = 2`.execute(kms);
  await kms.destroy();
  await emptyFolder();
  expect(await restored(await made())).toMatchObject({ wrongAuditEntry: 2 });
});

describe('access', () => {
  const at0 = 1000;
  const hash = Buffer.alloc(32);

  async function fill(kms: KmsDatabase): Promise<void> {
    const person = { password_hash: 'x', totp_secret: hash, totp_last_step: 0, created_at: at0 };
    await kms
      .insertInto('users')
      .values({ ...person, id: 'ana', name: 'ana', state: 'active', enrolment_ticket_hash: null })
      .execute();
    const login = { user_id: 'ana', created_at: at0, last_used_at: at0 };
    await kms
      .insertInto('logins')
      .values([
        { ...login, id: 'live', ended_at: null },
        { ...login, id: 'ended', ended_at: at0 + 1 },
      ])
      .execute();
    const session = { id: 's', session_key: hash, signing_key: null, seq_floor: 0 };
    await kms
      .insertInto('secure_sessions')
      .values({ ...session, created_at: at0, expires_at: 9e15 })
      .execute();
    await kms.insertInto('client_tokens').values({ hash, session_id: 's', until: null }).execute();
    await kms.insertInto('authenticator_resets').values({ user_id: 'ana', hash, until: 9e15 }).execute();
    await kms
      .insertInto('authenticator_enrolments')
      .values({ user_id: 'ana', totp_secret: hash, ticket_hash: hash, failures: 0, created_at: at0 })
      .execute();
    await kms
      .insertInto('invitations')
      .values({ id: 'i', hash, created_by: 'ana', until: 9e15, created_at: at0 })
      .execute();
    await createAuditLog(kms, now).append(ownAct(), [{ actor: 'ana', operation: 'login' }]);
  }

  test('that needs no password and authenticator ends with a restore, which the audit log says', async () => {
    const before = openSqlite<KmsSchema>(databasesOf(at('data')).kms);
    await fill(before);
    await before.destroy();
    await emptyFolder();
    expect(await restored(await made())).toMatchObject({ wrongAuditEntry: undefined });
    const { kms: file } = databasesOf(at('restored'));
    const kms = openSqlite<KmsSchema>(file);
    const ended = await kms.selectFrom('logins').select(['id', 'ended_at']).orderBy('id').execute();
    expect(ended).toEqual([
      { id: 'ended', ended_at: at0 + 1 },
      { id: 'live', ended_at: now().getTime() },
    ]);
    for (const table of [
      'secure_sessions',
      'client_tokens',
      'authenticator_resets',
      'authenticator_enrolments',
      'invitations',
    ] as const) {
      expect([table, await kms.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
    }
    const entries = await kms.selectFrom('audit').select(['actor', 'operation']).orderBy('seq').execute();
    expect(entries).toEqual([
      { actor: 'ana', operation: 'login' },
      { actor: 'kms:', operation: 'restore' },
    ]);
    await kms.destroy();
    expect((await verifyDatabase(file)).fault).toBeUndefined();
  });
});

test('a trial changes nothing', async () => {
  const backup = await made();
  await emptyFolder();
  await restored(backup, 'restored', { isTrial: true });
  expect(await readdir(at('restored'))).toEqual([]);
});

describe('is refused, and changes nothing:', () => {
  async function refused(backup: Made, change: Partial<RestoreParts> = {}) {
    if (!existsSync(at('restored'))) await emptyFolder();
    const before = await readdir(at('restored'));
    const [outcome] = await Promise.allSettled([restored(backup, 'restored', change)]);
    expect(await readdir(at('restored'))).toEqual(before);
    return outcome.status === 'rejected' ? outcome.reason : undefined;
  }

  test('another root key', async () => {
    const tried: Secret[] = [];
    const rootKeyOf = async () => {
      const key = Secret.random(32);
      tried.push(key);
      return key;
    };
    const details = expect.objectContaining({ name: 'KMS_ROOT_KEY' });
    expect(await refused(await made(), { rootKeyOf })).toMatchObject({ code: 'CONFIG_INVALID', details });
    expect(tried.map(({ length }) => length)).toEqual([0]);
    await expect(made({ rootKeys: { kms: Secret.random(32) } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  test('a database of a newer version', async () => {
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '')`.execute(cloud);
    await expect(made()).rejects.toMatchObject({ code: 'BACKUP_TOO_NEW' });
    await sql`DELETE FROM kysely_migration WHERE name = '9999-later'`.execute(cloud);
    const { pieces } = await made();
    // As another version wrote it, of the same length.
    const newer = Buffer.concat(pieces)
      .toString('latin1')
      .replaceAll('0003-root-key-change', '9003-root-key-change');
    expect(await refused({ pieces: [Buffer.from(newer, 'latin1')], lost: [] })).toMatchObject({
      code: 'BACKUP_TOO_NEW',
    });
  });

  test('one that ends early, at any length', async () => {
    await rm(at('data', 'kms'), { recursive: true });
    const { pieces } = await made();
    const whole = Buffer.concat(pieces);
    for (const length of [0, 3, 20, 150, whole.length - 1]) {
      const cut = { pieces: [whole.subarray(0, length)], lost: [] };
      expect(await refused(cut)).toMatchObject({ code: 'BACKUP_DAMAGED' });
    }
  });

  test('an entry that is none of a data folder', async () => {
    const { pieces } = await made({ blobsFolder: undefined });
    for (const name of ['../kms.sqlite', '/etc/passwd', 'kms/other', 'cloud/blobs/..', 'cloud/blobs/a/b']) {
      const json = Buffer.from(JSON.stringify({ name, bytes: 0 }));
      const entry = Buffer.concat([Buffer.of(0, 0, 0, json.length), json]);
      expect(await refused({ pieces: [...pieces, entry], lost: [] })).toMatchObject({
        code: 'BACKUP_DAMAGED',
      });
    }
  });

  test('a database that is to lie elsewhere, and a folder that is a link', async () => {
    const backup = await made();
    const databases = { ...databasesOf(at('restored')), kms: at('elsewhere.sqlite') };
    const details = expect.objectContaining({ name: 'KMS_DATABASE_URL' });
    expect(await refused(backup, { databases })).toMatchObject({ code: 'CONFIG_INVALID', details });
    await symlink(at('data', 'kms'), at('restored', 'kms'));
    expect(await refused(backup)).toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' });
  });
});

test('a folder of blobs that is not there, of a cloud that has files, is refused', async () => {
  await addBlob('moved');
  await rm(at('data', 'cloud', 'blobs'), { recursive: true });
  const details = expect.objectContaining({ name: 'CLOUD_BLOBS' });
  await expect(made()).rejects.toMatchObject({ code: 'CONFIG_INVALID', details });
  await made({ blobsFolder: undefined });
});

test('where there is no database there is nothing to back up', async () => {
  await emptyFolder('none');
  const none = { dataFolder: at('none'), databases: databasesOf(at('none')) };
  await expect(made(none)).rejects.toMatchObject({ code: 'BACKUP_NOTHING' });
});
