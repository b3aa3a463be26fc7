import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from './support/places.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const VECTORS = path.join(REPOSITORY, 'test', 'vectors', 'tink-stream.json');

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

test('all vectors of Tink pass', async () => {
  const { exitCode, stdout, stderr } = await workspace.run(['vectors', VECTORS]);
  expect({ exitCode, last: stdout.trimEnd().split('\n').at(-1), stderr }).toEqual({
    exitCode: 0,
    last: '355 passed, 0 failed',
    stderr: '',
  });
});

test('a changed byte in one vector is counted, named and told by the exit code', async () => {
  const text = await readFile(VECTORS, 'utf8');
  const changed = workspace.path('changed.json');
  // The key of the first stream: another last digit.
  const damaged = text.replace(
    /("ikmHex": *"[0-9a-f]+)([0-9a-f])"/,
    (_, head, digit) => `${head}${digit === '0' ? '1' : '0'}"`,
  );
  expect(damaged).not.toBe(text);
  await writeFile(changed, damaged);
  const { exitCode, stdout, stderr } = await workspace.run(['vectors', changed]);
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? [];
  expect(exitCode).toBe(1);
  expect(Number(failed)).toBeGreaterThan(0);
  expect(Number(passed) + Number(failed)).toBe(355);
  expect(stderr).not.toBe('');
});

test.each([
  ['is not there', undefined, 6, '', 'There is no file'],
  ['is not JSON', 'not json', 2, '', 'is not JSON'],
  ['holds no vectors', '{"vectors": []}', 1, '0 passed, 1 failed\n', 'vectors'],
])('a file that %s passes nothing', async (name, content, expected, answer, phrase) => {
  const file = workspace.path(`${name}.json`);
  if (content !== undefined) await writeFile(file, content);
  const { exitCode, stdout, stderr } = await workspace.run(['vectors', file]);
  expect([exitCode, stdout]).toEqual([expected, answer]);
  expect(stderr).toContain(phrase);
  expect(stderr).not.toMatch(/\n\s+at /);
});
