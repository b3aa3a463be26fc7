import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { PRELUDE, someKeyFile } from '../../test/support/engine.ts';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { type FoundEntry, walkFolder } from './walk-folder.ts';

let root: string;
const at = (...steps: string[]) => path.join(root, ...steps);
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-walk-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function walked(signal?: AbortSignal) {
  const entries: FoundEntry[] = [];
  const leftOut: [string, string][] = [];
  const leaveOut = (file: string, { code }: { code: string }) =>
    void leftOut.push([path.relative(root, file), code]);
  for await (const entry of walkFolder(root, { signal, leaveOut })) entries.push(entry);
  return { entries, leftOut, paths: entries.map(({ kind, path: found }) => `${kind} ${found}`) };
}

test('everything is found, a folder before what is in it', async () => {
  await mkdir(at('b', 'empty'), { recursive: true });
  await writeFile(at('b', '.hidden'), 'four');
  await writeFile(at('a'), '');
  await symlink('b/.hidden', at('c'));
  await symlink('b', at('to folder'));
  await writeFile(at('\ufeffmark'), '');
  for (const name of ['caf\u00e9', 'cafe\u0301']) await writeFile(at(name), '');
  const { entries, leftOut, paths } = await walked();
  expect(leftOut).toEqual([]);
  expect(paths).toEqual([
    'file a',
    'folder b',
    'link c',
    'file cafe\u0301',
    'file caf\u00e9',
    'link to folder',
    'file \ufeffmark',
    'file b/.hidden',
    'folder b/empty',
  ]);
  expect(entries[2]).toEqual({ kind: 'link', path: 'c', target: 'b/.hidden' });
});

test.skipIf(platform === 'win32')(
  'sizes, permission bits and times are there, set-user bits are not',
  async () => {
    await writeFile(at('file'), 'four');
    await chmod(at('file'), 0o4751);
    await utimes(at('file'), 1_000_000_000.123456, 1_000_000_000.123456);
    expect((await walked()).entries).toEqual([
      { kind: 'file', path: 'file', size: 4, attributes: { mode: 0o751, mtime: 1_000_000_000_123_456 } },
    ]);
  },
);

test('what is sealed already is told apart, with the .key that is its own', async () => {
  const sealed = Buffer.concat([PRELUDE.bytes, Buffer.alloc(60)]);
  for (const name of ['a', 'server', 'strange', 'alone', 'pipe']) await writeFile(at(`${name}.enc`), sealed);
  await writeFile(at('a.key'), formatKeyFile(someKeyFile(PRELUDE.header.resource_name)));
  await writeFile(at('server.key'), '-----BEGIN PRIVATE KEY-----');
  await writeFile(at('strange.key'), formatKeyFile(someKeyFile('//sealkeep/a/b')));
  await mkdir(at('pipe.key'));
  await writeFile(at('damaged.enc'), 'SEALKEEP\u0001');
  await writeFile(at('damaged.key'), formatKeyFile(someKeyFile(PRELUDE.header.resource_name)));
  await writeFile(at('newer.enc'), 'SEALKEEP\u0007');
  await writeFile(at('other.enc'), 'of another program');
  await writeFile(at('other.key'), 'its key');
  await writeFile(at('.x.sealkeep-tmp'), 'somebody’s');
  await writeFile(at(`.${'a'.repeat(22)}.${'b'.repeat(22)}.sealkeep-tmp`), 'of a job');
  expect((await walked()).paths).toEqual([
    'file .x.sealkeep-tmp',
    'kept a.enc',
    'kept a.key',
    'kept alone.enc',
    'kept damaged.enc',
    'file damaged.key',
    'kept newer.enc',
    'file other.enc',
    'file other.key',
    'kept pipe.enc',
    'folder pipe.key',
    'kept server.enc',
    'file server.key',
    'kept strange.enc',
    'file strange.key',
  ]);
});

test('a .key is its .enc’s own however many names lie between', async () => {
  const between = Array.from({ length: 450 }, (_, index) => `a.f${index}`);
  await writeFile(at('a.enc'), Buffer.concat([PRELUDE.bytes, Buffer.alloc(60)]));
  for (const name of between) await writeFile(at(name), '');
  await writeFile(at('a.key'), formatKeyFile(someKeyFile(PRELUDE.header.resource_name)));
  const kept = (await walked()).entries.filter(({ kind }) => kind === 'kept');
  expect(kept.map(({ path: found }) => found)).toEqual(['a.enc', 'a.key']);
});

test.skipIf(platform === 'win32')('what can’t be taken along is said', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve));
  await writeFile(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.of(0xe9)]), '');
  await writeFile(at('a\\b'), '');
  await writeFile(at('a\nb'), '');
  await mkdir(at('fo\\lder'));
  await writeFile(at('fo\\lder', 'inside'), '');
  await symlink(Buffer.of(0xe9), at('link'));
  const { paths, leftOut } = await walked();
  await new Promise((resolve) => socket.close(resolve));
  expect(paths).toEqual([]);
  expect(leftOut.sort()).toEqual([
    ['a\nb', 'FILE_NAME_REFUSED'],
    ['a\\b', 'FILE_NAME_REFUSED'],
    ['fo\\lder', 'FILE_NAME_REFUSED'],
    ['latin-\ufffd', 'FILE_NAME_REFUSED'],
    ['link', 'FILE_LINK_LEAVES'],
    ['pipe', 'FILE_NOT_A_FILE'],
    ['socket', 'FILE_NOT_A_FILE'],
  ]);
});

test.skipIf(platform !== 'linux')(
  'a path that is too long is said to be that, and its name is not blamed',
  async () => {
    const name = 'x'.repeat(200);
    let folder = root;
    while (folder.length < 3900) folder = path.join(folder, name);
    await mkdir(folder, { recursive: true });
    // Longer than the system takes as one path.
    execFileSync('touch', ['y'.repeat(250), 'short'], { cwd: folder });
    const { paths, leftOut } = await walked();
    execFileSync('rm', ['-r', name], { cwd: root });
    const inside = path.relative(root, folder);
    expect(paths.at(-1)).toBe(`file ${inside}/short`);
    expect(leftOut).toEqual([[`${inside}/${'y'.repeat(250)}`, 'FILE_PATH_TOO_LONG']]);
  },
);

test.skipIf(platform === 'win32')(
  'a folder that can’t be read is said, and the others are walked',
  async () => {
    await mkdir(at('closed'));
    await mkdir(at('open'));
    await writeFile(at('open', 'file'), '');
    await giveToPlainUser(root);
    await chmod(at('closed'), 0);
    const { paths, leftOut } = await asPlainUser(() => walked());
    expect(paths).toEqual(['folder closed', 'folder open', 'file open/file']);
    expect(leftOut).toEqual([['closed', 'FILE_NOT_READABLE']]);
  },
);

test('it can be cancelled', async () => {
  await expect(walked(AbortSignal.abort())).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});
