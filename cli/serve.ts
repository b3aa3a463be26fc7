import pino from 'pino';
import { z } from 'zod';
import { readCloudConfig } from '../server/cloud/config.ts';
import { takeDataFolder, type UsersWait } from '../server/embedded/data-folder-servers.ts';
import { ownServerNames } from '../server/embedded/start-embedded.ts';
import { readKmsConfig } from '../server/kms/config.ts';
import { type RunningKms, type RunningServer, startCloud, startKms } from '../server/main.ts';
import { plainHttpNote } from '../server/platform/config/plain-http.ts';
import { type Environment, readSettings } from '../server/platform/config/settings.ts';
import { createLogger } from '../server/platform/logging.ts';
import { loadRootKey } from '../server/platform/root-key/load-root-key.ts';
import { providerOfSource } from '../server/platform/root-key/provider-of-source.ts';
import type { ServerPlace } from './commands/server-place.ts';
import type { CliContext } from './context.ts';
import { askRootPassphrase } from './root-passphrases.ts';
import type { Terminal } from './terminal.ts';

/** Beside the settings of KMS and cloud. */
const LOG_SETTINGS = {
  SEALKEEP_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
};

interface ServedPlace extends ServerPlace {
  /** Puts a new identity key in the place of the KMS's present one. */
  readonly isIdentityRenewed: boolean;
}

/** What whoever started the servers is told. */
interface Served {
  readonly kms: string;
  readonly cloud: string;
  /** As `Kms` has it. */
  readonly setupCode: string | undefined;
}

/** Runs KMS and cloud of a data folder until the context's signal, and tells the folder's other processes of them. */
export async function serve(
  context: CliContext,
  place: ServedPlace,
  ready: (served: Served) => void,
): Promise<void> {
  const { dataFolder } = place;
  const taken = await takeDataFolder(dataFolder);
  const running: RunningServer[] = [];
  const lost = new AbortController();
  try {
    const introduced = { ...context, environment: withEachOther(context.environment, dataFolder) };
    const kms = await kmsOf(introduced, place, lost);
    running.push(kms);
    const cloud = await cloudOf(introduced, place, lost);
    running.push(cloud);
    await taken.announce({
      kms: kms.url,
      cloud: cloud.url,
      places: placesOf(context.environment, dataFolder),
    });
    ready({ kms: kms.url, cloud: cloud.url, setupCode: kms.setupCode });
    await untilStopped(context, lost);
  } finally {
    await taken.release(usersWait(context, lost), async () => {
      await Promise.all(running.map((server) => server.stop()));
    });
  }
}

/** Runs one of the two. */
export async function serveOne(
  context: CliContext,
  place: ServedPlace,
  service: 'kms' | 'cloud',
  ready: (address: string, setupCode: string | undefined) => void,
): Promise<void> {
  const { dataFolder } = place;
  const taken = await takeDataFolder(dataFolder);
  let server: RunningServer | undefined;
  const lost = new AbortController();
  try {
    if (service === 'kms') {
      const kms = await kmsOf(context, place, lost);
      server = kms;
      ready(kms.url, kms.setupCode);
    } else {
      server = await cloudOf(context, place, lost);
      ready(server.url, undefined);
    }
    await untilStopped(context, lost);
  } finally {
    await taken.release(usersWait(context, lost), async () => server?.stop());
  }
}

function placesOf(environment: Environment, dataFolder: string) {
  const cloud = readCloudConfig(environment, dataFolder);
  const { databaseFile } = readKmsConfig(environment, dataFolder);
  return { kms: databaseFile, cloud: cloud.databaseFile, blobs: cloud.blobsFolder };
}

/** Commands of this machine that use the served folder; whoever stops servers does not want to wait for long. */
function usersWait({ terminal }: CliContext, lost: AbortController): UsersWait {
  return {
    // Nobody can finish anything with servers that lost their database.
    limitMs: lost.signal.aborted ? 0 : 10_000,
    tell: () =>
      terminal.note('Another Sealkeep on this machine still uses these servers; waiting 10 s at most.'),
  };
}

/** Each of the two is told what the other is called, so that moving one needs no second setting. */
export function withEachOther(environment: Environment, dataFolder: string): Environment {
  return {
    ...environment,
    KMS_CLOUD_URL: environment['KMS_CLOUD_URL'] || readCloudConfig(environment, dataFolder).url,
    CLOUD_KMS_URL: environment['CLOUD_KMS_URL'] || readKmsConfig(environment, dataFolder).url,
  };
}

async function kmsOf(
  { environment, now, secrets, terminal }: CliContext,
  { dataFolder, passphrases, isIdentityRenewed }: ServedPlace,
  lost: AbortController,
): Promise<RunningKms> {
  const config = readKmsConfig(environment, dataFolder);
  // Files sealed with these servers inside an app name them so.
  const { kms } = await ownServerNames(dataFolder);
  const ask = askRootPassphrase(secrets, passphrases.kms);
  const provider = providerOfSource(config.rootKey, { setting: 'KMS_ROOT_KEY', ask });
  const running = await startKms({
    config: { ...config, formerUrls: [...config.formerUrls, kms] },
    rootKey: await loadRootKey(provider, config.databaseFile),
    isIdentityRenewed,
    cloudAddress: () => config.cloudUrl,
    now,
    onStoreLost: (error) => lost.abort(error),
    logger: loggerOf('kms', environment),
  });
  tell(terminal, plainHttpNote('KMS', config));
  return running;
}

async function cloudOf(
  { environment, now, secrets, terminal }: CliContext,
  { dataFolder, passphrases }: ServedPlace,
  lost: AbortController,
): Promise<RunningServer> {
  const config = readCloudConfig(environment, dataFolder);
  const ask = askRootPassphrase(secrets, passphrases.cloud);
  const provider = providerOfSource(config.rootKey, { setting: 'CLOUD_ROOT_KEY', ask });
  const running = await startCloud({
    config,
    rootKey: await loadRootKey(provider, config.databaseFile),
    kmsAddress: () => config.kmsUrl,
    now,
    onStoreLost: (error) => lost.abort(error),
    logger: loggerOf('cloud', environment),
  });
  tell(terminal, plainHttpNote('CLOUD', config));
  return running;
}

function tell(terminal: Terminal, text: string | undefined): void {
  if (text !== undefined) terminal.note(text);
}

function loggerOf(service: string, environment: CliContext['environment']) {
  const { SEALKEEP_LOG } = readSettings(LOG_SETTINGS, environment);
  return createLogger(service, SEALKEEP_LOG, pino.destination({ dest: 2, sync: true }));
}

/** @throws SealkeepError STORE_LOST where a server is of no use any more: whoever watches over the process starts it anew. */
async function untilStopped({ signal }: CliContext, lost: AbortController): Promise<void> {
  await untilAborted(AbortSignal.any([signal, lost.signal]));
  lost.signal.throwIfAborted();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // Nothing else keeps a promise's process alive; the listening servers do.
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
