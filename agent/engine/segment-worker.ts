import { parentPort } from 'node:worker_threads';
import { SEGMENT_BYTES } from '../../core/crypto/stream-layout.ts';
import { createJobCounters } from './job-counters.ts';
import { processSegments } from './segment-loop.ts';
import type { WorkerAnswer, WorkerOrder } from './segment-task.ts';

/**
 * glibc maps blocks of 128 KiB and more afresh each time, until one of that size was freed: then it keeps them at hand.
 * One such block, freed before the first segment, makes encryption faster (docs/decisions/0005-segments.md).
 */
new ArrayBuffer(2 * SEGMENT_BYTES).transfer(0);

let buffer = Buffer.alloc(0);

function bufferOf(length: number): Buffer {
  if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
  return buffer;
}

parentPort?.on('message', ({ task, counters }: WorkerOrder) => {
  const failure = processSegments(task, createJobCounters(counters), bufferOf(task.layout.segmentBytes));
  const answer: WorkerAnswer = failure ? { failure } : {};
  parentPort?.postMessage(answer);
});
