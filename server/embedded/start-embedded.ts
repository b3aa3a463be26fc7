import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { randomHostLabel, randomToken } from '../../core/crypto/random.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { isErrorCode } from '../../shared/errors/codes.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { EmbeddedAnswer, EmbeddedStart } from './protocol.ts';
import type { LoadRootKeys } from './root-keys.ts';

export interface EmbeddedServers {
  readonly addresses: { readonly kms: string; readonly cloud: string };
  readonly launchSecret: string;
  /** Resolves when the thread ended without having been asked to. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const serverNames = z.object({ kms: z.string(), cloud: z.string() });

/**
 * What the servers of a data folder are called, whatever ports they get: chosen once, since every sealed file and every
 * token names them.
 */
export async function ownServerNames(dataFolder: string): Promise<z.infer<typeof serverNames>> {
  const file = path.join(dataFolder, 'names.json');
  const existing = await readJsonFile(file, serverNames);
  if (existing) return existing;
  const name = () => `https://${randomHostLabel()}.sealkeep.invalid`;
  const fresh = { kms: name(), cloud: name() };
  await writeJsonFile(file, fresh);
  return fresh;
}

/**
 * Starts KMS and cloud of a data folder in a worker thread, since SQLite blocks the thread that it commits on. The
 * caller holds the folder's lock.
 * @throws SealkeepError what starting a server and what `loadRootKeys` throw.
 */
export async function startEmbedded(
  dataFolder: string,
  workerUrl: URL,
  loadRootKeys: LoadRootKeys,
): Promise<EmbeddedServers> {
  const launchSecret = randomToken();
  const names = await ownServerNames(dataFolder);
  const keys = await loadRootKeys();
  const start: EmbeddedStart = { dataFolder, launchSecret, names };
  const worker = new Worker(workerUrl, {
    // V8 collects the earlier the less it may have: else a hundred megabytes of garbage lie in the app's own memory.
    resourceLimits: { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 },
    workerData: start,
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const answer = await new Promise<EmbeddedAnswer>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', resolve);
    // A thread may end without an error, and then says no more.
    void exited.then(() => reject(new Error('the thread of the servers ended before it answered')));
    worker.postMessage(keys, [keys.kms.buffer, keys.cloud.buffer]);
  });
  if (answer.kind === 'failed') {
    await exited;
    throw new SealkeepError(isErrorCode(answer.code) ? answer.code : 'INTERNAL', answer.details);
  }
  let isStopping = false;
  // A thread that throws ends, and `ended` says so; without a listener its error would end this process with it.
  worker.on('error', (error) => process.emitWarning(error instanceof Error ? error : String(error)));
  return {
    addresses: { kms: answer.kms, cloud: answer.cloud },
    launchSecret,
    ended: new Promise((resolve) => {
      void exited.then(() => isStopping || resolve());
    }),
    async stop() {
      isStopping = true;
      worker.postMessage('stop');
      await exited;
    },
  };
}
