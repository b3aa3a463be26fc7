import { parentPort } from 'node:worker_threads';
import { createJobCounters } from '../../agent/engine/job-counters.ts';
import { processSegments, systemFiles } from '../../agent/engine/segment-loop.ts';
import type { WorkerAnswer, WorkerOrder } from '../../agent/engine/worker-order.ts';

/** A segment worker whose output only counts: for files that no disk of the bench has room for. */
const counting = {
  read: systemFiles.read,
  write: (_file: number, pieces: readonly Buffer[]) => pieces.reduce((sum, piece) => sum + piece.length, 0),
};

parentPort?.on('message', (order: WorkerOrder) => {
  if (order.kind !== 'segments') throw new TypeError(`only segments are counted, not ${order.kind}`);
  const { task, counters } = order;
  const buffer = Buffer.allocUnsafeSlow(task.layout.segmentBytes);
  const answer: WorkerAnswer = processSegments(task, createJobCounters(counters), buffer, counting);
  parentPort?.postMessage(answer);
});
