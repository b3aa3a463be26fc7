import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../../core/crypto/secret.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { VERSION } from '../../shared/version.ts';
import { rootKeyText } from '../platform/root-key/root-key-file.ts';
import { checkDatabase } from './check-database.ts';
import {
  type BackupManifest,
  BLOBS_FOLDER,
  databaseName,
  MANIFEST_NAME,
  rootKeyName,
  SETTINGS_NAME,
  type ServerName,
  SMALL_FILES,
} from './entries.ts';
import { namedBlobs } from './named-blobs.ts';
import { type BackupPlaces, serversIn } from './servers-in.ts';
import { snapshotDatabase } from './snapshot.ts';
import { fileEntry, textEntry } from './write-entries.ts';

export interface BackupParts extends BackupPlaces {
  /** A folder that is nobody else's meanwhile, on a disk with room for the databases; made, and removed at the end. */
  readonly workFolder: string;
  /** The servers' settings as `NAME=VALUE` lines. */
  readonly settings: string;
  /** To be in it; they stay the caller's. Without them nothing that opens anything is. */
  readonly rootKeys: Readonly<Partial<Record<ServerName, Secret>>>;
  readonly now: () => Date;
  /** Told of a blob that the cloud's database names and that is not there, so that it is in no backup. */
  lost(blob: string): void;
}

/** Blobs are copied again for those that came or went meanwhile, so many times at most. */
const MOST_ROUNDS = 20;

/**
 * The plaintext of a backup (`entries.ts`), of servers that may run meanwhile. What it holds fits together: every blob that
 * the cloud's database names is in it, and the KMS's database is newer than the cloud's, so that it knows every wrapped key
 * that the cloud has.
 * @throws SealkeepError DATA_FOLDER_BUSY, FILE_CHANGED where files come and go too fast, and what `serversIn` and
 *   `checkDatabase` throw.
 */
export async function* backupContent(parts: BackupParts): AsyncGenerator<Buffer> {
  const { workFolder, databases, blobsFolder, now } = parts;
  const servers = await serversIn(parts);
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(workFolder, { mode: 0o700 });
  try {
    const manifest: BackupManifest = {
      version: 1,
      sealkeep: VERSION,
      made_at: now().toISOString(),
      servers,
      has_blobs: blobsFolder !== undefined,
      has_root_keys: Object.keys(parts.rootKeys).length > 0,
    };
    yield* textEntry(MANIFEST_NAME, JSON.stringify(manifest));
    yield* textEntry(SETTINGS_NAME, parts.settings);
    for (const name of SMALL_FILES) yield* smallFile(parts.dataFolder, name);
    if (servers.includes('cloud')) {
      if (blobsFolder === undefined) await snapshotDatabase(databases.cloud, path.join(workFolder, 'cloud'));
      else yield* blobs(parts, blobsFolder);
      yield* checkedDatabase(parts, 'cloud');
    }
    if (servers.includes('kms')) {
      await snapshotDatabase(databases.kms, path.join(workFolder, 'kms'));
      yield* checkedDatabase(parts, 'kms');
    }
    for (const server of servers) {
      const key = parts.rootKeys[server];
      if (key) yield* textEntry(rootKeyName(server), `${rootKeyText(key)}\n`);
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function* smallFile(dataFolder: string, name: string): AsyncGenerator<Buffer> {
  try {
    yield* textEntry(name, await readFile(path.join(dataFolder, name), 'utf8'));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** What would not restore is noticed now, while there is something to make another one of. */
async function* checkedDatabase(parts: BackupParts, server: ServerName): AsyncGenerator<Buffer> {
  const snapshot = path.join(parts.workFolder, server);
  yield* fileEntry(databaseName(server), snapshot);
  await checkDatabase(server, snapshot, parts.rootKeys[server]);
}

/**
 * Every blob that the snapshot which it leaves behind names. The first round takes what there is, the longest; after that
 * one snapshot follows the other until all that one names is there. The cloud removes a blob only once its database does
 * not name it any more: what is not there and is named still by the next snapshot is lost.
 */
async function* blobs({ databases, workFolder, lost }: BackupParts, folder: string): AsyncGenerator<Buffer> {
  const snapshot = path.join(workFolder, 'cloud');
  const copied = new Set<string>();
  let missing = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (round > 0) {
      await rm(snapshot, { force: true });
      await snapshotDatabase(databases.cloud, snapshot);
    }
    const gone = new Set<string>();
    for await (const { blob } of namedBlobs(round > 0 ? snapshot : databases.cloud)) {
      if (copied.has(blob)) continue;
      try {
        yield* fileEntry(`${BLOBS_FOLDER}/${blob}`, path.join(folder, blob));
        copied.add(blob);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
        gone.add(blob);
      }
    }
    if (round > 0 && [...gone].every((blob) => missing.has(blob))) {
      for (const blob of gone) lost(blob);
      return;
    }
    missing = gone;
  }
  throw new SealkeepError('FILE_CHANGED', { file: folder });
}
