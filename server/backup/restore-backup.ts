import { existsSync } from 'node:fs';
import { lstat, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../../core/crypto/secret.ts';
import { makeFolder } from '../../core/durable/folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { verifyDatabase } from '../kms/audit/verify-database.ts';
import { parseRootKey } from '../platform/root-key/root-key-file.ts';
import { checkDatabase } from './check-database.ts';
import { endAccess } from './end-access.ts';
import { type BackupManifest, BLOBS_FOLDER, databaseName, rootKeyName, type ServerName } from './entries.ts';
import { namedBlobs } from './named-blobs.ts';
import { SERVER_DATABASES } from './server-databases.ts';
import { type StagedBackup, stageEntries } from './stage-entries.ts';
import { beginSwitch, endSwitch, isSwitchBegun, stagedFolder } from './switch-record.ts';

export interface RestoreParts {
  /** Taken by the caller: no server runs over it, and no backup is made of it. */
  readonly dataFolder: string;
  /** Where the servers of this installation look; a restore puts everything where the data folder has it by default. */
  readonly databases: Readonly<Record<ServerName, string>>;
  readonly blobsFolder: string;
  /** The backup's plaintext; pieces are good until the next one. */
  readonly pieces: AsyncIterable<Buffer>;
  /** The root key that is in place here, for a backup without one; undefined where there is none to try. */
  readonly rootKeyOf: (server: ServerName) => Promise<Secret | undefined>;
  readonly now: () => Date;
  /** Checks everything, and changes nothing. */
  readonly isTrial: boolean;
  /** Told after each step of the switch, for tests. */
  readonly moved?: () => void;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Where what was there before is kept; undefined where nothing was, and after a trial. */
  readonly former: string | undefined;
  /** Servers whose root key is neither in the backup nor in place. */
  readonly withoutRootKey: readonly ServerName[];
  /** How many files the cloud's database names whose blobs are not there, of how many. */
  readonly missingBlobs: number;
  readonly blobs: number;
  /** The first entry of the KMS's audit log that is wrong, or whose checkpoint is; undefined where all of it holds. */
  readonly wrongAuditEntry: number | undefined;
}

/**
 * Puts a backup in the place of a data folder's servers: it is unpacked beside them, everything is checked, logins of then
 * are ended, and only then it is switched by renames. Killed anywhere, the data folder is the one before or the restored one (`endSwitch`).
 * @throws SealkeepError BACKUP_DAMAGED, BACKUP_TOO_NEW, CONFIG_INVALID where a setting puts something outside the data
 *   folder or the root key is another one, DATA_FOLDER_UNUSABLE, and what `pieces` throws; nothing is changed then.
 */
export async function restoreBackup(parts: RestoreParts): Promise<Restored> {
  const { dataFolder } = parts;
  const staged = stagedFolder(dataFolder);
  await endSwitch(dataFolder);
  await makeFolder(staged);
  try {
    const backup = await stageEntries(parts.pieces, staged, (manifest) => assertFits(parts, manifest));
    const { servers } = backup.manifest;
    const withoutRootKey: ServerName[] = [];
    let wrongAuditEntry: number | undefined;
    for (const server of servers) {
      const rootKey = await rootKeyFor(parts, backup, server);
      if (!rootKey) withoutRootKey.push(server);
      const database = path.join(staged, databaseName(server));
      await checkDatabase(server, database, rootKey).finally(() => rootKey?.destroy());
      if (server === 'kms') {
        wrongAuditEntry = await findWrongEntry(database);
        await endAccess(database, parts.now);
      }
      await syncFile(database);
    }
    const counted = servers.includes('cloud') ? await checkBlobs(parts, backup.manifest) : NO_BLOBS;
    const checked = { manifest: backup.manifest, withoutRootKey, wrongAuditEntry, ...counted };
    if (parts.isTrial) return { ...checked, former: undefined };
    return { ...checked, former: await switchTo(parts, backup) };
  } finally {
    // Once it is decided for, what could not be moved yet is all that there is of it.
    if (!isSwitchBegun(dataFolder)) await rm(staged, { recursive: true, force: true });
  }
}

const NO_BLOBS = { blobs: 0, missingBlobs: 0 };

/** A log that was tampered with is in every backup from then on: it is told, and stands in nobody's way. */
async function findWrongEntry(databaseFile: string): Promise<number | undefined> {
  const { fault, failed } = await verifyDatabase(databaseFile);
  return fault?.seq ?? failed[0]?.seq;
}

/** @throws SealkeepError CONFIG_INVALID, DATA_FOLDER_UNUSABLE */
async function assertFits(
  { dataFolder, databases, blobsFolder }: RestoreParts,
  { servers, has_blobs }: BackupManifest,
) {
  const inPlace = (name: string, found: string, wanted: string) => {
    if (path.resolve(found) === path.join(path.resolve(dataFolder), wanted)) return;
    const reason = `a restore puts everything into the data folder, and this is ${found}; restore without it, then move what it names`;
    throw new SealkeepError('CONFIG_INVALID', { name, reason });
  };
  if (servers.includes('kms')) inPlace('KMS_DATABASE_URL', databases.kms, databaseName('kms'));
  if (servers.includes('cloud')) inPlace('CLOUD_DATABASE_URL', databases.cloud, databaseName('cloud'));
  if (has_blobs) inPlace('CLOUD_BLOBS', blobsFolder, BLOBS_FOLDER);
  const { dev } = await stat(dataFolder);
  const places = servers.flatMap((server) => [server, path.join(server, 'keys')]);
  for (const place of has_blobs ? [...places, BLOBS_FOLDER] : places) {
    const found = await lstatIfThere(path.join(dataFolder, place));
    if (!found || (found.dev === dev && !found.isSymbolicLink())) continue;
    const reason = 'it is a link, or on another file system than the data folder, where no rename leads to';
    throw new SealkeepError('DATA_FOLDER_UNUSABLE', { folder: path.join(dataFolder, place), reason });
  }
}

async function lstatIfThere(file: string) {
  try {
    return await lstat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function rootKeyFor(parts: RestoreParts, { names }: StagedBackup, server: ServerName) {
  if (!names.has(rootKeyName(server))) return parts.rootKeyOf(server);
  const file = path.join(stagedFolder(parts.dataFolder), rootKeyName(server));
  return parseRootKey(await readFile(file), file, SERVER_DATABASES[server].rootKeySetting);
}

/** Counts the blobs that are missing or of another length, and removes what no file names. */
async function checkBlobs({ dataFolder, blobsFolder }: RestoreParts, { has_blobs }: BackupManifest) {
  const staged = stagedFolder(dataFolder);
  const folder = has_blobs ? path.join(staged, BLOBS_FOLDER) : blobsFolder;
  if (has_blobs) await makeFolder(folder);
  const unnamed = new Set(has_blobs ? await readdir(folder) : []);
  const counted = { ...NO_BLOBS };
  for await (const { blob, bytes } of namedBlobs(path.join(staged, databaseName('cloud')))) {
    const found = await lstatIfThere(path.join(folder, blob));
    if (found?.size !== bytes) counted.missingBlobs += 1;
    unnamed.delete(blob);
    counted.blobs += 1;
  }
  for (const blob of unnamed) await rm(path.join(folder, blob));
  return counted;
}

async function switchTo(parts: RestoreParts, { manifest, names }: StagedBackup): Promise<string | undefined> {
  const { dataFolder, now, moved } = parts;
  const former = `before-restore-${now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')}`;
  const items = [...names, ...(manifest.has_blobs ? [BLOBS_FOLDER] : [])];
  await beginSwitch(dataFolder, { former, items });
  moved?.();
  await endSwitch(dataFolder, moved);
  const kept = path.join(dataFolder, former);
  return existsSync(kept) ? kept : undefined;
}

/** SQLite has synced what it wrote; a file that nothing was written to is synced here. */
async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
