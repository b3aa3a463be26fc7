import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngineBench, type EngineBench, someBytes } from '../../test/support/engine.ts';
import { assertSameBytes } from './same-bytes.ts';

const MIB = 1024 * 1024;
let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

test.each([0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB])('%i bytes are the same, or differ by one', async (size) => {
  const bytes = someBytes(size);
  const original = await bench.write('original', bytes);
  await assertSameBytes(original, await bench.write('same', bytes));
  const failed = { code: 'PROOF_FAILED', details: { file: original } };
  const longer = await bench.write('longer', Buffer.concat([bytes, Buffer.alloc(1)]));
  await expect(assertSameBytes(original, longer)).rejects.toMatchObject(failed);
  for (const at of size === 0 ? [] : [0, size - 1]) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    const other = await bench.write('other', changed);
    await expect(assertSameBytes(original, other)).rejects.toMatchObject(failed);
  }
});

test('what is not there says so, and a cancel ends the comparing', async () => {
  const original = await bench.write('original', 'content');
  const copy = await bench.write('copy', 'content');
  const nowhere = bench.path('nowhere');
  await expect(assertSameBytes(original, nowhere)).rejects.toMatchObject({
    ...{ code: 'FILE_NOT_FOUND', details: { file: nowhere } },
  });
  const cancelled = assertSameBytes(original, copy, AbortSignal.abort());
  await expect(cancelled).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});
