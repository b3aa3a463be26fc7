import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Claim } from '../../core/durable/publish.ts';
import { placeTogether } from './place-together.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
const pair = () => [
  { temporary: at('.1'), name: at('a.enc') },
  { temporary: at('.2'), name: at('a.key') },
];
const claim: Claim = (_target, _temporary, take) => take();
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-place-together-'));
  for (const { temporary } of pair()) await writeFile(temporary, `was ${path.basename(temporary)}`);
});
afterEach(() => rm(folder, { recursive: true }));

test.each(['a.enc', 'a.key'])(
  'where %s is taken right after the look, both are temporary files as before',
  async (taken) => {
    const isTaken = async () => {
      await writeFile(at(taken), 'mine');
      return false;
    };
    expect(await placeTogether({ claim }, pair(), isTaken)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['.1', '.2', taken]);
    for (const { temporary } of pair())
      expect(await readFile(temporary, 'utf8')).toBe(`was ${path.basename(temporary)}`);
    expect(await readFile(at(taken), 'utf8')).toBe('mine');
  },
);

test('where the second can’t be placed, the first has no name', async () => {
  await rm(at('.2'));
  await expect(placeTogether({ claim }, pair())).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual([]);
});
