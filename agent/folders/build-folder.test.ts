import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealkeepError } from '../../shared/errors/error.ts';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { createTemporaries, removeDeadTemporaries, type Temporaries } from '../engine/temporaries.ts';
import { buildFolder } from './build-folder.ts';

let root: string;
let parent: string;
let temporaries: Temporaries;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-build-'));
  parent = path.join(root, 'parent');
  await mkdir(parent);
  temporaries = createTemporaries(path.join(root, 'home'));
});
afterEach(async () => {
  await temporaries.close();
  await rm(root, { recursive: true, force: true });
});

const build = (name = 'photos', signal?: AbortSignal) =>
  buildFolder(temporaries, { parent, name, ending: '.sealed', signal }, async (folder) => {
    await writeFile(path.join(folder, 'inside'), 'mine');
  });

test('it appears whole, under the next name that is free', async () => {
  await mkdir(path.join(parent, 'photos.sealed'));
  await writeFile(path.join(parent, 'photos (2).sealed'), 'a file');
  await symlink('nowhere', path.join(parent, 'photos (3).sealed'));
  expect((await build()).out).toBe(path.join(parent, 'photos (4).sealed'));
  expect(await readdir(path.join(parent, 'photos.sealed'))).toEqual([]);
  expect(await readdir(path.join(parent, 'photos (4).sealed'))).toEqual(['inside']);
  expect(await readdir(parent)).toHaveLength(4);
});

test('of many at once each has a name of its own', async () => {
  const built = await Promise.all(Array.from({ length: 8 }, () => build()));
  expect(new Set(built.map(({ out }) => out)).size).toBe(8);
  expect(await readdir(parent)).toHaveLength(8);
});

test('a name that is too long with its ending is shortened', async () => {
  const { out } = await build('x'.repeat(255));
  expect(path.basename(out)).toMatch(/^x+~[0-9a-f]{8}\.sealed$/);
  expect(path.basename((await build('x'.repeat(255))).out)).toMatch(/^x+~[0-9a-f]{8} \(2\)\.sealed$/);
});

test('one that fails or is cancelled leaves nothing', async () => {
  const failing = buildFolder(temporaries, { parent, name: 'a', ending: '' }, async (folder) => {
    await mkdir(path.join(folder, 'sub'));
    throw new SealkeepError('FILE_DAMAGED');
  });
  await expect(failing).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  await expect(build('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(await readdir(parent)).toEqual([]);
  await rm(parent, { recursive: true });
  await expect(build()).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', details: { folder: parent } });
});

/** A process that is killed just before a folder that it built gets the name that it took. */
function dieBeforeRename(): void {
  const moduleOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    const fs = (await import('node:fs')).default;
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    (await import('node:module')).syncBuiltinESMExports();
    const { createTemporaries } = await import(${moduleOf('../engine/temporaries.ts')});
    const { buildFolder } = await import(${moduleOf('./build-folder.ts')});
    const folder = { parent: ${JSON.stringify(parent)}, name: 'photos', ending: '.sealed' };
    await buildFolder(createTemporaries(${JSON.stringify(path.join(root, 'home'))}), folder, async (made) => {
      fs.writeFileSync(made + '/inside', 'mine');
    });`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect([signal, stderr.toString()]).toEqual(['SIGKILL', '']);
}

test.skipIf(platform === 'win32')(
  'of one that is killed when it has its name and nothing in it, nothing is left by the next start',
  async () => {
    dieBeforeRename();
    expect(await readdir(parent)).toEqual([expect.stringMatching(/\.sealkeep-tmp$/), 'photos.sealed']);
    await removeDeadTemporaries(path.join(root, 'home'), () => new Date());
    expect(await readdir(parent)).toEqual([]);
    expect(await readdir(path.join(root, 'home', 'runs'))).toEqual([]);
    expect((await build()).out).toBe(path.join(parent, 'photos.sealed'));
  },
);

test('where permissions hold it appears as well', async () => {
  await giveToPlainUser(root);
  await asPlainUser(async () => {
    expect((await build()).out).toBe(path.join(parent, 'photos.sealed'));
  });
  expect(await readdir(path.join(parent, 'photos.sealed'))).toEqual(['inside']);
});
