import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namedFolder } from './named-folder.ts';

let root: string;
let home: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-home-'));
  home = path.join(root, 'ana');
  await mkdir(path.join(home, '.config', 'autostart'), { recursive: true });
  await symlink(path.join(home, '.config'), path.join(home, 'settings'));
  await symlink(root, path.join(home, 'out'));
});
afterAll(() => rm(root, { recursive: true }));

const named = (text: string) => namedFolder(text, { home, dataFolder: path.join(home, 'sealkeep-data') });

test.each(['~/Sealkeep', '~/Documents/sealed files/2026', '~/a..b'])('%s is taken', async (text) => {
  const written = text.replace('~', home);
  expect(await named(text)).toBe(written);
  expect(await named(written)).toBe(written);
});

test.each([
  ['the home itself, where shells look for their settings', '~/'],
  ['a relative one', 'sealed'],
  ['one elsewhere', '/etc'],
  ['one beside the home', '~/../ben/Sealkeep'],
  ['one whose name only begins like the home', '~/../ana2/Sealkeep'],
  ['a hidden one', '~/.config/autostart'],
  ['a hidden one below', '~/Documents/.git/hooks'],
  ['one behind a link to a hidden one', '~/settings/autostart'],
  ['one behind a link to elsewhere', '~/out/ben'],
  ['programs, for macOS', '~/Library/LaunchAgents'],
  ['programs, for Windows', '~/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup'],
  ['programs in the PATH', '~/bin'],
  ['our own data', '~/sealkeep-data'],
  ['what lies in our own data', '~/sealkeep-data/kms'],
])('%s is refused', async (_what, text) => {
  const refused = { code: 'OUTPUT_FOLDER_REFUSED', details: { folder: text } };
  await expect(named(text)).rejects.toMatchObject(refused);
  const written = text.replace('~', home);
  if (written !== text) await expect(named(written)).rejects.toMatchObject({ code: 'OUTPUT_FOLDER_REFUSED' });
});
