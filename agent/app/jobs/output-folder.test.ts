import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asPlainUser, giveToPlainUser } from '../../../test/support/other-user.ts';
import { createTemporaries, type Temporaries } from '../../engine/temporaries.ts';
import { mayWrite } from './output-folder.ts';

let root: string;
let temporaries: Temporaries;
const at = (...steps: string[]) => path.join(root, ...steps);
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-output-'));
  for (const name of ['data', 'out']) await mkdir(at(name));
  temporaries = createTemporaries(at('data'));
});
afterEach(async () => {
  await temporaries.close();
  await rm(root, { recursive: true });
});

test('a folder is tried out with a file that is on record before it is there, and gone after', async () => {
  expect(await mayWrite(temporaries, at('out'))).toBe(true);
  expect(await readdir(at('out'))).toEqual([]);
  const [record = ''] = (await readdir(at('data', 'runs'))).filter((name) => name.endsWith('.folders'));
  expect(await readFile(at('data', 'runs', record), 'utf8')).toContain(JSON.stringify(at('out')));
});

test.skipIf(platform === 'win32')('what may not be written is no output folder', async () => {
  await temporaries.nameIn(at('out'));
  await giveToPlainUser(at('out'));
  await chmod(at('out'), 0o500);
  await asPlainUser(async () => expect(await mayWrite(temporaries, at('out'))).toBe(false));
});
