import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { tryLock } from '../../core/durable/lock.ts';
import type { EmbeddedAnswer } from '../../server/embedded/protocol.ts';

/** Servers that are none, until they are asked to stop: then they note whether their folder was still theirs. */
parentPort?.once('message', () => {
  const answer: EmbeddedAnswer = { kind: 'ready', kms: 'http://127.0.0.1:1', cloud: 'http://127.0.0.1:2' };
  parentPort?.postMessage(answer);
  parentPort?.once('message', () => {
    const lock = tryLock(path.join(workerData.dataFolder, 'serving.lock'));
    writeFileSync(path.join(workerData.dataFolder, 'stopped'), lock ? 'folder given up' : 'folder held');
    lock?.release();
    parentPort?.close();
  });
});
