import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseName, type ServerName } from './entries.ts';
import { type BackupPlaces, serversIn } from './servers-in.ts';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const databasesOf = (where: string): Record<ServerName, string> => ({
  kms: path.join(where, databaseName('kms')),
  cloud: path.join(where, databaseName('cloud')),
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-servers-in-'));
  for (const file of Object.values(databasesOf(at('data')))) await write(file);
  await mkdir(at('data', 'cloud', 'blobs'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content = ''): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

const found = (change: Partial<BackupPlaces> = {}) =>
  serversIn({
    dataFolder: at('data'),
    databases: databasesOf(at('data')),
    blobsFolder: at('data', 'cloud', 'blobs'),
    ...change,
  });

const refusal = (name: string) => ({ code: 'CONFIG_INVALID', details: expect.objectContaining({ name }) });

test('both, or the one that a folder was ever of', async () => {
  expect(await found()).toEqual(['kms', 'cloud']);
  await rm(at('data', 'kms'), { recursive: true });
  expect(await found()).toEqual(['cloud']);
});

test('a server that left its root key, and whose database is not there, is not left out', async () => {
  await rm(at('data', 'kms'), { recursive: true });
  await write(at('data', 'kms', 'keys', 'root.key'));
  await expect(found()).rejects.toMatchObject(refusal('KMS_DATABASE_URL'));
});

test('nor is one whose database a setting names', async () => {
  await rm(at('data', 'cloud'), { recursive: true });
  const databases = { ...databasesOf(at('data')), cloud: at('unmounted', 'cloud.sqlite') };
  await expect(found({ databases })).rejects.toMatchObject(refusal('CLOUD_DATABASE_URL'));
});

test('what running servers use is what is backed up, or nothing', async () => {
  const serve = (change: Record<string, string>) => {
    const places = { ...databasesOf(at('data')), blobs: at('data', 'cloud', 'blobs'), ...change };
    const served = { kms: 'http://k', cloud: 'http://c', launch_secret: null, places };
    return write(at('data', 'servers.json'), JSON.stringify(served));
  };
  await serve({ kms: at('kms.sqlite') });
  await expect(found()).rejects.toMatchObject(refusal('KMS_DATABASE_URL'));
  await serve({ blobs: at('blobs') });
  await expect(found()).rejects.toMatchObject(refusal('CLOUD_BLOBS'));
  expect(await found({ blobsFolder: undefined })).toEqual(['kms', 'cloud']);
  await symlink(at('data'), at('link'));
  await serve({ ...databasesOf(at('link')), blobs: at('link', 'cloud', 'blobs') });
  expect(await found()).toEqual(['kms', 'cloud']);
});
