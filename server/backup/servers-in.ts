import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Places, readServedAt } from '../embedded/protocol.ts';
import { databaseName, SERVER_NAMES, type ServerName } from './entries.ts';
import { namedBlobs } from './named-blobs.ts';

export interface BackupPlaces {
  readonly dataFolder: string;
  /** Where the settings say that the databases are, whether they are there or not. */
  readonly databases: Readonly<Record<ServerName, string>>;
  /** Where the cloud keeps its blobs; undefined where they are not asked for. */
  readonly blobsFolder: string | undefined;
}

const SETTINGS = { kms: 'KMS_DATABASE_URL', cloud: 'CLOUD_DATABASE_URL', blobs: 'CLOUD_BLOBS' } as const;
const REMEDY = 'give this command the settings that the servers have';

/**
 * The servers of which there is something to back up: those whose database is there. A folder that has only ever been of
 * one of the two has only that one.
 * @throws SealkeepError BACKUP_NOTHING; CONFIG_INVALID where a server would be left out that is there, or another database
 *   or folder of blobs taken than the running servers use: the settings are not theirs, or a disk is not mounted.
 */
export async function serversIn(places: BackupPlaces): Promise<ServerName[]> {
  const { dataFolder, databases, blobsFolder } = places;
  await assertAsServed(places);
  const servers: ServerName[] = [];
  for (const server of SERVER_NAMES) {
    if (existsSync(databases[server])) servers.push(server);
    else await assertNothingOf(server, places);
  }
  if (servers.length === 0) throw new SealkeepError('BACKUP_NOTHING', { folder: dataFolder });
  if (servers.includes('cloud') && blobsFolder !== undefined) await assertBlobs(databases.cloud, blobsFolder);
  return servers;
}

/** What `sealkeep serve` told of itself; inside an app everything is in the data folder. */
async function assertAsServed({ dataFolder, databases, blobsFolder }: BackupPlaces): Promise<void> {
  const served = (await readServedAt(dataFolder))?.places;
  if (!served) return;
  const ours: Readonly<Record<keyof Places, string | undefined>> = { ...databases, blobs: blobsFolder };
  for (const what of ['kms', 'cloud', 'blobs'] as const) {
    const [looked, used] = [ours[what], served[what]];
    if (looked === undefined || (await isSamePlace(looked, used))) continue;
    throw wrong(what, `the servers of ${dataFolder} use ${used}, not ${looked}; ${REMEDY}`);
  }
}

async function assertNothingOf(server: ServerName, { dataFolder, databases }: BackupPlaces): Promise<void> {
  const database = databases[server];
  if (path.resolve(database) !== path.join(path.resolve(dataFolder), databaseName(server))) {
    throw wrong(server, `${database} is not there`);
  }
  const folder = path.join(dataFolder, server);
  if ((await namesIn(folder)).length === 0) return;
  throw wrong(server, `${database} is not there, but its server has left something in ${folder}; ${REMEDY}`);
}

async function assertBlobs(database: string, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  for await (const { blob } of namedBlobs(database)) {
    throw wrong('blobs', `${folder} is not there, but the cloud has files, ${blob} for one; ${REMEDY}`);
  }
}

/** By whatever links either was named. */
async function isSamePlace(left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all([left, right].map(realPlace));
  return one === other;
}

async function realPlace(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path.resolve(place);
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function wrong(what: keyof typeof SETTINGS, reason: string): SealkeepError {
  return new SealkeepError('CONFIG_INVALID', { name: SETTINGS[what], reason });
}
