import { chmod, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngineBench, type EngineBench, someBytes } from '../../test/support/engine.ts';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { createGate } from '../engine/gate.ts';
import { copyToTemporary } from './copy-file.ts';

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

const copy = (name: string, folder = bench.folder, attributes?: { mode: number; mtime: number }) =>
  copyToTemporary(bench.engine.temporaries, { source: bench.path(name), folder, attributes });

test('bytes are the same, and its owner’s alone where nothing else is said', async () => {
  const source = await bench.write('a.enc', someBytes(100_000));
  await chmod(source, 0o444);
  const plain = await copy('a.enc');
  expect((await readFile(plain)).equals(someBytes(100_000))).toBe(true);
  if (platform !== 'win32') expect((await stat(plain)).mode & 0o7777).toBe(0o600);
  const dressed = await stat(await copy('a.enc', bench.folder, { mode: 0o4640, mtime: 1_000_000_123_456 }));
  expect(Math.round(dressed.mtimeMs * 1000)).toBe(1_000_000_123_456);
  if (platform !== 'win32') expect(dressed.mode & 0o7777).toBe(0o640);
});

test('it tells how far it is, waits while it is paused, and leaves nothing when it is cancelled', async () => {
  const source = await bench.write('a.enc', someBytes(3 * 1024 * 1024 + 1));
  const [gate, controller, told] = [createGate(), new AbortController(), [] as number[]];
  const paused = Promise.withResolvers<void>();
  const copying = copyToTemporary(bench.engine.temporaries, {
    ...{ source, folder: bench.folder, gate, signal: controller.signal },
    onProgress(bytes) {
      told.push(bytes);
      if (told.length < 2) return;
      gate.close();
      paused.resolve();
    },
  });
  await paused.promise;
  controller.abort();
  await expect(copying).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(told).toEqual([1024 * 1024, 2 * 1024 * 1024]);
  expect(await bench.names()).toEqual(['a.enc']);
});

test.skipIf(platform === 'win32')('whose fault it is, is said', async () => {
  await bench.write('a.enc', 'sealed');
  await bench.write('closed', 'sealed');
  await mkdir(bench.path('full'));
  await bench.engine.temporaries.nameIn(bench.path('full'));
  await giveToPlainUser(bench.folder);
  await chmod(bench.path('closed'), 0);
  await chmod(bench.path('full'), 0o500);
  await asPlainUser(async () => {
    await expect(copy('closed')).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
    await expect(copy('a.enc', bench.path('full'))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      details: { folder: bench.path('full') },
    });
  });
});

test('what is no plain file is said and leaves nothing', async () => {
  await bench.write('a.enc', 'sealed');
  await symlink('a.enc', bench.path('link'));
  await mkdir(bench.path('folder'));
  for (const [name, code] of [
    ['link', 'FILE_NOT_A_FILE'],
    ['folder', 'FILE_NOT_A_FILE'],
    ['nowhere', 'FILE_NOT_FOUND'],
  ] as const)
    await expect(copy(name)).rejects.toMatchObject({ code, details: { file: bench.path(name) } });
  expect(await bench.names()).toEqual(['a.enc', 'folder', 'link']);
});
