import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSettings } from './settings-store.ts';

const DEFAULTS = { language: null, theme: 'system', output_folder: '/home/ana/Sealkeep' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (name: string) => path.join(folder, name);
const opened = () => openSettings(folder, DEFAULTS.output_folder);

test.each([
  ['a language that this Sealkeep does not have', '{"language":"de","theme":"dark"}', { theme: 'dark' }],
  ['a theme that it does not have', '{"theme":1,"output_folder":"/out"}', { output_folder: '/out' }],
  ['no object', '[]', {}],
  ['half of it', '{"language":"zh-', {}],
  ['nothing', '', {}],
])('%s: what fits is taken, and the file is kept', async (_what, text, kept) => {
  await writeFile(file('settings.json'), text);
  const store = await opened();
  expect(store.settings()).toEqual({ ...DEFAULTS, ...kept });
  await store.change({});
  expect(await readFile(file('settings.json.unfit'), 'utf8')).toBe(text);
  expect((await opened()).settings()).toEqual({ ...DEFAULTS, ...kept });
});

test('settings that fit are kept nowhere else', async () => {
  const store = await opened();
  await store.change({ theme: 'dark' });
  expect((await opened()).settings().theme).toBe('dark');
  expect(await readdir(folder)).toEqual(['settings.json']);
});
