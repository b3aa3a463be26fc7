import { parentPort } from 'node:worker_threads';
import { SEGMENT_BYTES } from '../../core/crypto/stream-layout.ts';
import { COMPARE_BUFFER_BYTES, compareWholeFiles } from './compare-whole-files.ts';
import { inspectFiles } from './inspect-files.ts';
import { createJobCounters } from './job-counters.ts';
import { publishSync } from './publish-sync.ts';
import { processSegments } from './segment-loop.ts';
import { openWholeFiles, sealWholeFiles, WHOLE_BUFFER_BYTES } from './whole-files.ts';
import type { WorkerAnswer, WorkerOrder } from './worker-order.ts';

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

async function answerTo(order: WorkerOrder): Promise<WorkerAnswer> {
  switch (order.kind) {
    case 'segments': {
      const room = bufferOf(order.task.layout.segmentBytes);
      return processSegments(order.task, createJobCounters(order.counters), room);
    }
    case 'seal': {
      const room = bufferOf(WHOLE_BUFFER_BYTES);
      return { done: await sealWholeFiles(order, createJobCounters(order.counters), room) };
    }
    case 'open': {
      const room = bufferOf(WHOLE_BUFFER_BYTES);
      return { done: await openWholeFiles(order.files, createJobCounters(order.counters), room) };
    }
    case 'compare': {
      const room = bufferOf(COMPARE_BUFFER_BYTES);
      return { done: compareWholeFiles(order.files, createJobCounters(order.counters), room) };
    }
    case 'inspect':
      return { found: inspectFiles(order.files) };
    case 'publish':
      return { done: order.files.map((files) => publishSync(files)) };
  }
}

parentPort?.on('message', async (order: WorkerOrder) => parentPort?.postMessage(await answerTo(order)));
