import path from 'node:path';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Secret } from '../../core/crypto/secret.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import {
  DEFAULT_GRACE_DAYS,
  DEFAULT_RESERVE_BYTES,
  DEFAULT_ROTATION_DAYS,
  DEFAULT_SESSION,
} from '../kms/config.ts';
import { type RunningServer, startCloud, startKms } from '../main.ts';
import { LOOPBACK_RANGES, parseAddressList } from '../platform/config/addresses.ts';
import { openLogFile } from '../platform/log-file.ts';
import { createLogger } from '../platform/logging.ts';
import type { EmbeddedAnswer, EmbeddedStart, RootKeys } from './protocol.ts';

/** Both servers on free loopback ports, for programs of this launch only. */
async function start(
  { dataFolder, launchSecret, names }: EmbeddedStart,
  keys: RootKeys,
): Promise<RunningServer[]> {
  const addresses = parseAddressList(LOOPBACK_RANGES.split(','));
  if (!addresses) throw new TypeError('the loopback ranges do not parse');
  const place = {
    host: '127.0.0.1',
    port: 0,
    addresses,
    trustedProxies: [],
    tls: undefined,
    launchSecret,
    callsPerMinute: 0,
  };
  const now = () => new Date();
  const logs = openLogFile(path.join(dataFolder, 'servers.log'));
  const reached = { kms: '', cloud: '' };
  const kms = await startKms({
    config: {
      ...place,
      url: names.kms,
      formerUrls: [],
      cloudUrl: names.cloud,
      registration: 'open',
      session: DEFAULT_SESSION,
      databaseFile: path.join(dataFolder, 'kms', 'kms.sqlite'),
      reserveBytes: DEFAULT_RESERVE_BYTES,
      issuersFile: undefined,
      graceDays: DEFAULT_GRACE_DAYS,
      rotationDays: DEFAULT_ROTATION_DAYS,
      privileged: [],
      peers: [],
    },
    rootKey: Secret.take(Buffer.from(keys.kms.buffer)),
    cloudAddress: () => reached.cloud,
    now,
    onStoreLost: fail,
    logger: createLogger('kms', 'warn', logs),
  });
  const cloud = await startCloud({
    config: {
      ...place,
      url: names.cloud,
      kmsUrl: names.kms,
      databaseFile: path.join(dataFolder, 'cloud', 'cloud.sqlite'),
      blobsFolder: path.join(dataFolder, 'cloud', 'blobs'),
    },
    rootKey: Secret.take(Buffer.from(keys.cloud.buffer)),
    kmsAddress: () => reached.kms,
    now,
    onStoreLost: fail,
    logger: createLogger('cloud', 'warn', logs),
  }).catch(async (error: unknown) => {
    // A KMS that still listens would keep this thread, and with it whoever waits for its end.
    await kms.stop();
    throw error;
  });
  reached.kms = kms.address;
  reached.cloud = cloud.address;
  return [kms, cloud];
}

/** First the root keys come in and the answer goes out; the next message, whatever it is, ends the servers. */
function serveParent(): void {
  const port = parentPort;
  if (isMainThread || !port) throw new TypeError('the embedded servers run in a worker thread');
  const answer = (message: EmbeddedAnswer) => port.postMessage(message);
  port.once('message', (keys: RootKeys) => {
    start(workerData, keys).then(
      ([kms, cloud]) => {
        answer({ kind: 'ready', kms: kms?.address ?? '', cloud: cloud?.address ?? '' });
        port.once('message', () => {
          Promise.all([kms?.stop(), cloud?.stop()]).then(() => port.close(), fail);
        });
      },
      (error: unknown) => {
        if (!isSealkeepError(error)) return fail(error);
        answer({ kind: 'failed', code: error.code, details: error.details });
        port.close();
      },
    );
  });
}

/** Ends the thread with the error, which reaches the parent as the worker's. */
function fail(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

serveParent();
