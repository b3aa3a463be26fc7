import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertNoLinks, lookAtFiles, withoutRepeats } from './given-files.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-given-'));
  await writeFile(at('file'), 'four');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('folders are told from files, also what is not there', async () => {
  const { files, folders, sizes } = await lookAtFiles([folder, at('file'), at('gone')]);
  expect([folders, files]).toEqual([[folder], [at('file'), at('gone')]]);
  expect(sizes.get(at('file'))).toBe(4);
});

test('an empty argument names nothing', async () => {
  const error = { code: 'USAGE', details: { reason: expect.stringContaining('is empty') } };
  await expect(lookAtFiles([at('file'), ''])).rejects.toMatchObject(error);
});

test('what is named twice is named once; a link has a name of its own', async () => {
  await symlink('.', at('here'));
  await symlink('file', at('link'));
  const named = [at('file'), at('here/file'), `${folder}/./file`, at('link'), folder, `${folder}/`];
  expect(await withoutRepeats([...named, at('gone/a'), at('gone/a')])).toEqual([
    ...[at('file'), at('link'), folder, at('gone/a')],
  ]);
});

test('a link is told from what it leads to', async () => {
  await symlink('file', at('link'));
  await assertNoLinks([folder, at('file'), at('gone')]);
  const error = { code: 'USAGE', details: { reason: expect.stringContaining('link is a link') } };
  await expect(assertNoLinks([at('file'), at('link')])).rejects.toMatchObject(error);
});
