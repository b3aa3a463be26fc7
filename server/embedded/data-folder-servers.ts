import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { type Lock, tryLock } from '../../core/durable/lock.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type ServedAt, servedAt } from './protocol.ts';
import { startEmbedded } from './start-embedded.ts';

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

/** Files of a data folder by which its processes find each other. */
function filesOf(dataFolder: string) {
  return {
    /** Held exclusively by the one process that serves the folder. */
    serving: path.join(dataFolder, 'serving.lock'),
    /** Held, shared, by each process that uses another one's servers: those wait for it before they stop. */
    using: path.join(dataFolder, 'using.lock'),
    servedAt: path.join(dataFolder, 'servers.json'),
  };
}

/**
 * The servers of a data folder: those that another process already runs there, or else our own, in this process.
 * @throws SealkeepError DATA_FOLDER_BUSY where another process holds the folder and can't be reached.
 */
export async function serversOf(dataFolder: string, workerUrl: URL): Promise<DataFolderServers> {
  const files = filesOf(dataFolder);
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const serving = tryLock(files.serving);
    if (serving) return serveOwn(dataFolder, workerUrl, serving);
    const using = tryLock(files.using, 'shared');
    const found = using && (await readJsonFile(files.servedAt, servedAt));
    if (using && found) return borrowed(found, using);
    using?.release();
    if (performance.now() >= deadline) throw new SealkeepError('DATA_FOLDER_BUSY', { folder: dataFolder });
    await delay(POLL_MS);
  }
}

function borrowed({ kms, cloud, launch_secret }: ServedAt, using: Lock): DataFolderServers {
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

async function serveOwn(dataFolder: string, workerUrl: URL, serving: Lock): Promise<DataFolderServers> {
  const files = filesOf(dataFolder);
  try {
    // What a killed process left there must not send others to a port that is somebody else's by now.
    await rm(files.servedAt, { force: true });
    const servers = await startEmbedded(dataFolder, workerUrl);
    const { addresses, launchSecret } = servers;
    await writeJsonFile(files.servedAt, { ...addresses, launch_secret: launchSecret });
    return {
      addresses,
      launchSecret,
      isBorrowed: false,
      ended: servers.ended,
      async close() {
        const using = await waitForUsers(files.using);
        await rm(files.servedAt, { force: true });
        await servers.stop();
        serving.release();
        using.release();
      },
    };
  } catch (error) {
    serving.release();
    throw error;
  }
}

/** Other processes that found our servers finish first. */
async function waitForUsers(file: string): Promise<Lock> {
  for (;;) {
    const lock = tryLock(file);
    if (lock) return lock;
    await delay(POLL_MS);
  }
}

/**
 * Takes a data folder for servers that this process starts itself (`sealkeep serve`), and tells its other processes
 * where they are.
 * @throws SealkeepError DATA_FOLDER_BUSY where another process serves it.
 */
export async function takeDataFolder(dataFolder: string) {
  const files = filesOf(dataFolder);
  const serving = tryLock(files.serving);
  if (!serving) throw new SealkeepError('DATA_FOLDER_BUSY', { folder: dataFolder });
  await rm(files.servedAt, { force: true });
  return {
    announce: (addresses: { readonly kms: string; readonly cloud: string }) =>
      writeJsonFile(files.servedAt, { ...addresses, launch_secret: null }),
    async release(): Promise<void> {
      await rm(files.servedAt, { force: true });
      serving.release();
    },
  };
}
