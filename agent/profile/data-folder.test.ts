import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolderPath, makeDataFolder } from './data-folder.ts';

const home = (...parts: string[]) => path.join(homedir(), ...parts);

test.each<[NodeJS.Platform, Record<string, string>, string]>([
  ['linux', {}, home('.local', 'share', 'sealkeep')],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/sealkeep'],
  ['linux', { XDG_DATA_HOME: '' }, home('.local', 'share', 'sealkeep')],
  ['linux', { XDG_DATA_HOME: 'relative' }, home('.local', 'share', 'sealkeep')],
  ['win32', { APPDATA: '' }, home('AppData', 'Roaming', 'sealkeep')],
  ['freebsd', {}, home('.local', 'share', 'sealkeep')],
  ['darwin', { XDG_DATA_HOME: '/data' }, home('Library', 'Application Support', 'sealkeep')],
  ['win32', { APPDATA: '/appdata' }, '/appdata/sealkeep'],
  ['win32', {}, home('AppData', 'Roaming', 'sealkeep')],
  ['linux', { SEALKEEP_HOME: '/mine', XDG_DATA_HOME: '/data' }, '/mine'],
  ['linux', { SEALKEEP_HOME: 'here' }, path.resolve('here')],
  ['linux', { SEALKEEP_HOME: '' }, home('.local', 'share', 'sealkeep')],
])('on %s with %j the data folder is %s', (platform, environment, folder) => {
  expect(dataFolderPath({ platform, environment })).toBe(folder);
});

test('it is made for its owner only, and a file in its place is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-home-'));
  await makeDataFolder(path.join(folder, 'a', 'b'));
  expect((await stat(path.join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
  await writeFile(path.join(folder, 'file'), '');
  await expect(makeDataFolder(path.join(folder, 'file'))).rejects.toMatchObject({
    code: 'DATA_FOLDER_UNUSABLE',
    details: { folder: path.join(folder, 'file'), reason: 'EEXIST' },
  });
  await rm(folder, { recursive: true });
});
