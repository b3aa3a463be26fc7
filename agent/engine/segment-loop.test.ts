import { closeSync, openSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext, SEGMENT_BYTES } from '../../core/crypto/stream-layout.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { createJobCounters } from './job-counters.ts';
import { processSegments, type SegmentFiles, systemFiles } from './segment-loop.ts';
import type { CheckTask, SegmentTask } from './segment-task.ts';

const START = PRELUDE.bytes.length;
const SEGMENTS = 6;
const LAYOUT = layoutForPlaintext(SEGMENTS * SEGMENT_BYTES - 40 - SEGMENTS * 16);
const BUFFER = Buffer.alloc(SEGMENT_BYTES);

let bench: EngineBench;
let enc: Buffer;
const descriptors: number[] = [];
beforeAll(async () => {
  bench = await createEngineBench();
  enc = await bench.seal(someBytes(LAYOUT.plaintextBytes));
});
afterAll(() => bench.close());
afterEach(() => {
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
});

function opened(file: string, flags = 'r'): number {
  const descriptor = openSync(file, flags);
  descriptors.push(descriptor);
  return descriptor;
}

/** The `.enc` with a bit changed in each of these segments. */
async function damagedIn(...segments: number[]) {
  const changed = Buffer.from(enc);
  for (const index of segments) {
    const at = START + index * SEGMENT_BYTES + 100;
    changed[at] = (changed[at] ?? 0) ^ 1;
  }
  const input = opened(await bench.write('damaged.enc', changed));
  const header = parseStreamHeader(changed.subarray(START, START + 40));
  const stream = deriveStreamKey(bench.dek, header, PRELUDE.bytes);
  return { input, streamOffset: START, stream, layout: LAYOUT };
}

describe('a damaged file is refused at its damaged segment', () => {
  test.each([0, 1, 3, SEGMENTS - 1])('segment %i: none behind it is read', async (damaged) => {
    const output = opened(bench.path('out'), 'w');
    const task: SegmentTask = { kind: 'open', output, ...(await damagedIn(damaged)) };
    const counters = createJobCounters();
    expect(processSegments(task, counters, BUFFER)).toEqual({
      failure: { reason: 'tag', segment: damaged },
    });
    // Another thread of the job takes none any more, and so many were taken before.
    expect(counters.isStopped()).toBe(true);
    expect(processSegments(task, counters, BUFFER)).toEqual({ bad: [] });
    expect(counters.takeSegment()).toBe(damaged + 1);
    expect(readFileSync(bench.path('out')).length).toBeLessThanOrEqual(damaged * SEGMENT_BYTES);
  });
});

describe('a check', () => {
  test('goes on behind damaged segments, and writes nothing where nothing is to be written', async () => {
    const task: CheckTask = {
      ...{ kind: 'check', output: undefined, whole: SEGMENTS },
      ...(await damagedIn(1, 4)),
    };
    expect(processSegments(task, createJobCounters(), BUFFER)).toEqual({ bad: [1, 4] });
  });

  test('goes on where the disk does not give a segment any more', async () => {
    const task: CheckTask = {
      ...{ kind: 'check', output: undefined, whole: SEGMENTS },
      ...(await damagedIn(5)),
    };
    const failing = (code: string): SegmentFiles => ({
      ...systemFiles,
      read(file, bytes, position) {
        if (position === START + 2 * SEGMENT_BYTES) throw Object.assign(new Error(code), { code });
        return systemFiles.read(file, bytes, position);
      },
    });
    expect(processSegments(task, createJobCounters(), BUFFER, failing('EIO'))).toEqual({ bad: [2, 5] });
    // Anything else is no fault of that one place.
    const failure = { reason: 'input', systemCode: 'ESTALE' };
    expect(processSegments(task, createJobCounters(), BUFFER, failing('ESTALE'))).toEqual({ failure });
  });
});
