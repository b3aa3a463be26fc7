import { beforeEach, expect, test } from 'vitest';
import { SealkeepError } from '../shared/errors/error.ts';
import { type JobOutput, type JobOutputOptions, jobOutput } from './job-output.ts';
import type { Terminal } from './terminal.ts';

let lines: string[];
let terminal: Terminal;
beforeEach(() => {
  lines = [];
  terminal = {
    ...{ isOutputTerminal: false, isErrorTerminal: false, isInputTerminal: false, columns: 80 },
    ...{ isUnread: false, isOutputForBytes: false },
    print: (line) => void lines.push(line),
    printJson: (value) => void lines.push(JSON.stringify(value)),
    note: (line) => void lines.push(`! ${line}`),
    keepOutputForBytes: () => undefined,
    status: () => undefined,
    readLine: async () => '',
    close: () => undefined,
  };
});

const output = (more: Partial<JobOutputOptions> = {}): JobOutput =>
  jobOutput({ terminal, endWith: () => undefined }, { done: 'Sealed', items: new Map(), ...more });

test('a sentence that does not say where the file lies is put behind its path', () => {
  const { failed } = output();
  failed('a/b.txt', new SealkeepError('FILE_NOT_FOUND', { file: 'a/b.txt' }));
  failed('a/b.enc', new SealkeepError('KEY_FILE_ALTERED', { file: 'b.key' }));
  failed('a/c', new SealkeepError('OUTPUT_NO_SPACE', { folder: '/full' }));
  expect(lines).toEqual([
    '! There is no file a/b.txt.',
    expect.stringMatching(/^! a\/b\.enc: Name, size or date in b\.key were changed/),
    expect.stringMatching(/^! a\/c: There is no space left in \/full/),
  ]);
});

test('that it was cancelled is said once, also where a second step is', () => {
  for (const { failed } of [output(), output({ done: 'Proved' })])
    for (const file of ['a', 'b']) failed(file, new SealkeepError('JOB_CANCELLED', { file }));
  expect(lines).toEqual(['! Cancelled. What was done before stays; of the rest nothing was left behind.']);
});

test('a folder that is not all there does not look as if it were', () => {
  const folder = { file: 'tree', out: '/x/tree.sealed', bytes: 12, ms: 1 };
  output().finished({ ...folder, leftOut: 0 });
  output().finished({ ...folder, leftOut: 10 });
  output({ json: true }).finished({ ...folder, leftOut: 10 });
  expect(lines).toEqual([
    'Sealed /x/tree.sealed (12 B)',
    'Sealed /x/tree.sealed (12 B), but not all of it: 10 left out',
    JSON.stringify({ ...folder, left_out: 10 }),
  ]);
});
