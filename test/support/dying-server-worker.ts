import { parentPort } from 'node:worker_threads';
import type { EmbeddedAnswer } from '../../server/embedded/protocol.ts';

/** Servers whose thread says that they are there, and then dies. */
parentPort?.once('message', () => {
  const answer: EmbeddedAnswer = { kind: 'ready', kms: 'http://127.0.0.1:1', cloud: 'http://127.0.0.1:2' };
  parentPort?.postMessage(answer);
  parentPort?.close();
});
