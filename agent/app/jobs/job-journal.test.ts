import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJobJournal } from './job-journal.ts';
import { keptJobs } from './journal-lines.ts';

const OWNER = { place: 'here', user: 'ana' };
const TASK = {
  kind: 'seal' as const,
  files: ['a', 'b', 'c'].map((name) => ({
    name,
    size: 1,
    path: `/desk/${name}`,
    is_sealed: false,
    is_folder: false,
  })),
};

let folder: string;
let reported: unknown[];
const journalFile = () => path.join(folder, 'jobs.jsonl');
const open = () => openJobJournal(folder, (error) => void reported.push(error));

/** What the next launch finds. */
async function next() {
  const journal = await open();
  await journal.close();
  return journal.kept;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-journal-'));
  reported = [];
});
afterEach(() => rm(folder, { recursive: true }));

test('what was under way is interrupted, what ended is as it ended, what was cleared is gone', async () => {
  const journal = await open();
  expect(journal.kept).toEqual([]);
  for (const id of ['1', '2', '3', '4']) journal.added({ id, owner: OWNER, task: TASK });
  journal.finished('1', [[1, ['/desk/b.enc', '/desk/b.key']]]);
  journal.finished('1', [[0, ['/desk/a.enc', '/desk/a.key']]]);
  const error = { code: 'FILE_CHANGED', details: { file: 'c' } } as const;
  journal.ended('2', { state: 'failed', error: null, failures: [[2, error]], leftOut: [] });
  const leftOut = [{ name: 'in/it', error }];
  journal.ended('3', { state: 'done', error: null, failures: [], leftOut });
  journal.ended('4', { state: 'cancelled', error: null, failures: [], leftOut });
  journal.added({ id: '5', owner: OWNER, task: TASK });
  journal.ended('5', { state: 'done', error: null, failures: [], leftOut });
  journal.again('4');
  journal.removed(['3']);
  await journal.close();

  const none = { owner: OWNER, task: TASK, error: null, done: [], failures: [], leftOut: [] as unknown[] };
  const kept = [
    {
      ...none,
      id: '1',
      state: 'interrupted',
      done: [
        [1, ['/desk/b.enc', '/desk/b.key']],
        [0, ['/desk/a.enc', '/desk/a.key']],
      ],
    },
    { ...none, id: '2', state: 'failed', failures: [[2, error]] },
    { ...none, id: '4', state: 'interrupted' },
    { ...none, id: '5', state: 'done', leftOut },
  ];
  expect(await next()).toEqual(kept);
  // It begins anew with that, and says the same again.
  expect((await readFile(journalFile(), 'utf8')).split('\n')).toHaveLength(4 * 3 + 1);
  expect(await next()).toEqual(kept);
  expect(reported).toEqual([]);
});

test('half a last line, and lines that are not understood, say nothing', async () => {
  const journal = await open();
  journal.added({ id: '1', owner: OWNER, task: TASK });
  await journal.close();
  const strange = [
    '',
    'null',
    '7',
    '{"what":"dreamt","id":"1"}',
    '{"what":"finished","id":"1","files":[[0,"no list"]]}',
    '{"what":"finished","id":"1","files":[[99,["/desk/x"]]]}',
    '{"what":"finished","id":"nobody","files":[[0,["/desk/x"]]]}',
    '{"what":"ended","id":"1","state":"waiting","error":null,"failures":[]}',
  ];
  await appendFile(journalFile(), `${strange.join('\n')}\n{"what":"ended","id":"1","sta`);
  expect(await next()).toMatchObject([{ id: '1', state: 'interrupted', done: [] }]);
});

test('one process of a data folder keeps it', async () => {
  const journal = await open();
  const other = await open();
  other.added({ id: 'other', owner: OWNER, task: TASK });
  await other.close();
  journal.added({ id: '1', owner: OWNER, task: TASK });
  await journal.close();
  expect((await next()).map(({ id }) => id)).toEqual(['1']);
});

test.runIf(platform !== 'win32')('only its person can read it', async () => {
  await next();
  expect((await stat(journalFile())).mode & 0o777).toBe(0o600);
});

test('where it can’t be read there is none, and that is told', async () => {
  await mkdir(journalFile());
  const journal = await open();
  journal.added({ id: '1', owner: OWNER, task: TASK });
  await journal.close();
  expect(reported).toMatchObject([{ code: 'FILE_NOT_A_FILE' }]);
  await rm(journalFile(), { recursive: true });
  expect(await next()).toEqual([]);
});

test('the newest thousand are kept', async () => {
  const lines = Array.from({ length: 1500 }, (_, id) =>
    JSON.stringify({ what: 'added', id: `${id}`, owner: OWNER, task: TASK }),
  );
  const kept = keptJobs(lines.join('\n'));
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1000, '500', '1499']);
  await writeFile(journalFile(), `${lines.join('\n')}\n`);
  expect(await next()).toHaveLength(1000);
});
