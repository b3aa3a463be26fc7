import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeJsonFile } from '../../core/durable/json-file.ts';
import { type Lock, tryLock, waitForLock, withLock } from '../../core/durable/lock.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { endSwitch } from '../backup/switch-record.ts';
import { describeHolder, noteHolder } from './holder.ts';
import { type Places, readServedAt, type ServedAt, servedAtFile } from './protocol.ts';
import { type LoadRootKeys, rootKeyFiles } from './root-keys.ts';
import { type EmbeddedServers, startEmbedded } from './start-embedded.ts';

export interface DataFolderServers {
  readonly addresses: { readonly kms: string; readonly cloud: string };
  /** Undefined where the servers are for others too and ask for none. */
  readonly launchSecret: string | undefined;
  /** Whether another process runs them. */
  readonly isBorrowed: boolean;
  /** Resolves when our own died unasked. Another process's are found dead by asking them. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const WAIT_MS = 15_000;
const POLL_MS = 25;
/** A wait for others that is shorter than this is not worth a word. */
const TELL_AFTER_MS = 1_000;

/** How long servers that are to stop wait for the other processes that use them. */
export interface UsersWait {
  /** After so long they stop all the same: what uses them then finds them gone. */
  readonly limitMs: number;
  /** Told once, where the wait takes more than a moment; the default is 1 s. */
  tell(): void;
  readonly tellAfterMs?: number;
}

/** Without a word, and long enough for a large transfer of a command. */
const SILENT_WAIT: UsersWait = { limitMs: 5 * 60_000, tell: () => undefined };

/** Files of a data folder by which its processes find each other. */
function filesOf(dataFolder: string) {
  return {
    dataFolder,
    /**
     * Held for a moment by whoever looks who serves the folder, so that nobody sees one process's lock beside the
     * address of the one before.
     */
    looking: path.join(dataFolder, 'looking.lock'),
    /** Held exclusively by the one process that serves the folder. */
    serving: path.join(dataFolder, 'serving.lock'),
    /** Held, shared, by each process that uses another one's servers: those wait for it before they stop. */
    using: path.join(dataFolder, 'using.lock'),
    servedAt: servedAtFile(dataFolder),
  };
}
type Files = ReturnType<typeof filesOf>;

export interface ServersOptions {
  /** Asked only where the servers are our own; the default are files. */
  readonly loadRootKeys?: LoadRootKeys;
  readonly usersWait?: UsersWait;
}

/**
 * The servers of a data folder: those that another process already runs there, or else our own, in this process.
 * @throws SealkeepError DATA_FOLDER_BUSY where another process holds the folder and does not say where it serves it: it
 *   starts or stops for very long, serves only one of the two, or does something else with the folder.
 */
export async function serversOf(
  dataFolder: string,
  workerUrl: URL,
  { loadRootKeys = rootKeyFiles(dataFolder), usersWait = SILENT_WAIT }: ServersOptions = {},
): Promise<DataFolderServers> {
  const files = filesOf(dataFolder);
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const found = await withLock(files.looking, async () => (await taken(files)) ?? (await borrowed(files)));
    if (found?.kind === 'taken') {
      const start = () => startEmbedded(dataFolder, workerUrl, loadRootKeys);
      return serveOwn(files, found.serving, start, usersWait);
    }
    if (found) return found.servers;
    if (performance.now() >= deadline) throw await withLock(files.looking, () => busy(files));
    await delay(POLL_MS);
  }
}

/** To be called under `looking`. @returns undefined where another process serves the folder. */
async function taken(files: Files) {
  const serving = tryLock(files.serving);
  if (!serving) return undefined;
  try {
    await endSwitch(files.dataFolder);
    // What a killed process left there must not send others to a port that is somebody else's by now.
    await rm(files.servedAt, { force: true });
    await noteHolder(files.dataFolder);
  } catch (error) {
    serving.release();
    throw error;
  }
  return { kind: 'taken', serving } as const;
}

/** To be called under `looking`, so that nobody else takes the folder meanwhile. */
async function busy({ dataFolder }: Files): Promise<SealkeepError> {
  return new SealkeepError('DATA_FOLDER_BUSY', await describeHolder(dataFolder));
}

/** To be called under `looking`. @returns undefined where they don't say yet, or no more, where they are. */
async function borrowed(files: Files) {
  const using = tryLock(files.using, 'shared');
  const found = using && (await readServedAt(files.dataFolder).catch(release(using)));
  if (using && found) return { kind: 'borrowed', servers: borrowedServers(found, using) } as const;
  using?.release();
  return undefined;
}

function release(lock: Lock): (error: unknown) => never {
  return (error) => {
    lock.release();
    throw error;
  };
}

function borrowedServers({ kms, cloud, launch_secret }: ServedAt, using: Lock): DataFolderServers {
  return {
    addresses: { kms, cloud },
    launchSecret: launch_secret ?? undefined,
    isBorrowed: true,
    ended: new Promise(() => undefined),
    async close() {
      using.release();
    },
  };
}

async function serveOwn(
  files: Files,
  serving: Lock,
  start: () => Promise<EmbeddedServers>,
  usersWait: UsersWait,
): Promise<DataFolderServers> {
  const servers = await start().catch(release(serving));
  const { addresses, launchSecret, ended, stop } = servers;
  try {
    await writeJsonFile(files.servedAt, { ...addresses, launch_secret: launchSecret });
  } catch (error) {
    // Servers that nobody can find must not go on over databases that somebody else may take.
    await stop().finally(() => serving.release());
    throw error;
  }
  let wait = usersWait;
  // Nobody can finish anything with servers that died.
  void ended.then(() => {
    wait = { ...usersWait, limitMs: 0 };
  });
  return {
    addresses,
    launchSecret,
    isBorrowed: false,
    ended,
    close: () => endServing(files, serving, wait, stop),
  };
}

/** Other processes that found the servers finish first; then nobody finds them any more, then they stop. */
async function endServing(
  files: Files,
  serving: Lock,
  usersWait: UsersWait,
  stop: () => Promise<void>,
): Promise<void> {
  const using = await waitForUsers(files.using, usersWait);
  try {
    await rm(files.servedAt, { force: true }).finally(stop);
  } finally {
    serving.release();
    using?.release();
  }
}

/** @returns undefined where the limit was over first. */
async function waitForUsers(
  file: string,
  { limitMs, tell, tellAfterMs = TELL_AFTER_MS }: UsersWait,
): Promise<Lock | undefined> {
  const lock = await waitForLock(file, Math.min(tellAfterMs, limitMs));
  if (lock || limitMs <= tellAfterMs) return lock;
  tell();
  return waitForLock(file, limitMs - tellAfterMs);
}

/** A data folder whose servers this process starts and stops itself. */
export interface TakenDataFolder {
  /** Tells the folder's other processes where the servers are, and where they keep what a backup is made of. */
  announce(served: { readonly kms: string; readonly cloud: string; readonly places: Places }): Promise<void>;
  /** Lets other processes that use them finish, and takes them out of sight; then stops them, and gives the folder up. */
  release(usersWait: UsersWait, stop: () => Promise<void>): Promise<void>;
}

/**
 * Takes a data folder for servers that this process starts itself (`sealkeep serve`).
 * @throws SealkeepError DATA_FOLDER_BUSY where another process serves it.
 */
export async function takeDataFolder(dataFolder: string): Promise<TakenDataFolder> {
  const files = filesOf(dataFolder);
  const found = await withLock(files.looking, async () => {
    const own = await taken(files);
    if (!own) throw await busy(files);
    return own;
  });
  return {
    announce: (served) => writeJsonFile(files.servedAt, { ...served, launch_secret: null }),
    release: (usersWait, stop) => endServing(files, found.serving, usersWait, stop),
  };
}
