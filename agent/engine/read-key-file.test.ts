import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { PRELUDE, someKeyFile } from '../../test/support/engine.ts';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { readKeyFile } from './read-key-file.ts';

let root: string;
const at = (name: string) => path.join(root, name);
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-key-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a .key is read, and none is none', async () => {
  const key = someKeyFile(PRELUDE.header.resource_name);
  await writeFile(at('a.key'), formatKeyFile(key));
  expect(await readKeyFile(at('a.key'))).toEqual(key);
  expect(await readKeyFile(at('b.key'))).toBeUndefined();
});

test('what is no .key is said, by its name', async () => {
  await writeFile(at('a.key'), '-----BEGIN PRIVATE KEY-----');
  await writeFile(at('b.key'), '{"format":"sealkeep-key","version":2}');
  const key = formatKeyFile(someKeyFile(PRELUDE.header.resource_name));
  await writeFile(at('c.key'), key + ' '.repeat(8192));
  for (const [name, code] of [
    ['a.key', 'KEY_FILE_INVALID'],
    ['b.key', 'KEY_FILE_TOO_NEW'],
    ['c.key', 'KEY_FILE_INVALID'],
  ] as const)
    await expect(readKeyFile(at(name))).rejects.toMatchObject({ code, details: { file: name } });
});

test.skipIf(platform === 'win32')('a folder, a pipe and a device are refused at once', async () => {
  await mkdir(at('folder.key'));
  execFileSync('mkfifo', [at('pipe.key')]);
  await symlink('/dev/zero', at('device.key'));
  for (const name of ['folder.key', 'pipe.key', 'device.key'])
    await expect(readKeyFile(at(name))).rejects.toMatchObject({
      code: 'FILE_NOT_A_FILE',
      details: { file: at(name) },
    });
});

test.skipIf(platform === 'win32')('one that may not be read is said', async () => {
  await writeFile(at('a.key'), '{}');
  await giveToPlainUser(root);
  await chmod(at('a.key'), 0);
  await asPlainUser(() =>
    expect(readKeyFile(at('a.key'))).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' }),
  );
});
