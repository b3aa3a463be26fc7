import { access, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLines } from './support/json-lines.ts';
import { createDevice, type Device, login, type Person, register, serverOptions } from './support/person.ts';
import { type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let servers: Servers;
let ann: Person;
/** Another data folder of hers, empty before she logged in there. */
let laptop: Device;
beforeAll(async () => {
  workspace = await createWorkspace();
  servers = await startServers(workspace);
  ann = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
  laptop = createDevice(workspace, 'ann-laptop');
  const { exitCode } = await login(laptop, 'ann', await ann.authenticator.code(), serverOptions(servers));
  expect(exitCode).toBe(0);
});
afterAll(() => workspace.close());

/** A folder with one sealed file in it. */
async function sealedFile(folderName: string, name: string, content: string | Uint8Array): Promise<string> {
  const folder = await workspace.makeFolder(folderName);
  await writeFile(path.join(folder, name), content);
  await ann.device.files(['encrypt', name], { cwd: folder });
  return folder;
}

const listed = z.object({
  name: z.string(),
  size: z.number(),
  resource_name: z.string(),
  owner: z.string(),
  role: z.string(),
  shared_with: z.array(z.string()),
});

test('what one login uploaded another one lists, downloads and opens', async () => {
  const content = Buffer.alloc(3 * 1024 * 1024 + 1, 'figures ');
  const folder = await sealedFile('uploaded', '日本語 report.txt', content);
  const name = '日本語 report.txt';
  const [uploaded] = await ann.device.files(['upload', `${name}.enc`], { cwd: folder });
  expect(uploaded).toMatchObject({
    file: `${name}.enc`,
    out: name,
    bytes: content.length,
  });

  const list = await laptop.run(['list', '--json']);
  expect(jsonLines(list.stdout, listed)).toMatchObject([
    { name, size: content.length, owner: 'ann', role: 'owner', shared_with: [] },
  ]);
  expect((await laptop.run(['list'])).stdout).toContain(`3.0 MiB  ${name}`);

  const empty = await workspace.makeFolder('downloaded');
  const [downloaded] = await laptop.files(['download', name, '--out', empty]);
  expect(downloaded).toMatchObject({ file: name, out: path.join(empty, `${name}.enc`) });
  for (const ending of ['.enc', '.key']) {
    const [there, here] = await Promise.all([
      readFile(path.join(folder, name + ending)),
      readFile(path.join(empty, name + ending)),
    ]);
    if (ending === '.enc') expect(here.equals(there)).toBe(true);
    else expect(JSON.parse(here.toString())).toEqual(JSON.parse(there.toString()));
  }
  const [opened] = await laptop.files(['decrypt', `${name}.enc`], { cwd: empty });
  expect((await readFile(opened?.out ?? '')).equals(content)).toBe(true);

  // Twice the same file gives a numbered pair, which opens as well.
  const [again] = await laptop.files(['download', `${name}.enc`, '--out', empty]);
  expect(again?.out).toBe(path.join(empty, '日本語 report (2).txt.enc'));
  expect(await laptop.files(['decrypt', again?.out ?? ''])).toHaveLength(1);
});

test('a lost .key is replaced from the registry, whether the file was uploaded or not', async () => {
  const folder = await sealedFile('lost', 'never uploaded.txt', 'not in the cloud');
  const key = path.join(folder, 'never uploaded.txt.key');
  const kept = await readFile(key, 'utf8');
  await rm(key);
  const moved = await workspace.makeFolder('moved');
  await copyFile(path.join(folder, 'never uploaded.txt.enc'), path.join(moved, 'renamed.enc'));

  const [opened] = await ann.device.files(['decrypt', 'never uploaded.txt.enc'], { cwd: folder });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('not in the cloud');
  expect(JSON.parse(await readFile(key, 'utf8'))).toEqual(JSON.parse(kept));

  const [elsewhere] = await laptop.files(['decrypt', 'renamed.enc'], { cwd: moved });
  expect(await readFile(elsewhere?.out ?? '', 'utf8')).toBe('not in the cloud');
  await access(path.join(moved, 'renamed.key'));
});

test('the cloud keeps no name twice, and the sentences say what to do', async () => {
  const [first, second] = [
    await sealedFile('one', 'taken.txt', '1'),
    await sealedFile('two', 'taken.txt', '2'),
  ];
  await ann.device.files(['upload', 'taken.txt.enc'], { cwd: first });
  const taken = await ann.device.refusal(['upload', 'taken.txt.enc'], { cwd: second });
  expect(taken).toMatchObject({ code: 'CLOUD_NAME_TAKEN', exitCode: 4 });
  expect(taken.message).toContain('give the original file another name');

  const missing = await laptop.refusal(['download', 'no such file.txt'], { cwd: first });
  expect(missing).toMatchObject({ code: 'CLOUD_NOT_FOUND', exitCode: 4 });
  expect(missing.message).toContain('sealkeep list');
});

test('halves of two pairs are not uploaded', async () => {
  const folder = await sealedFile('halves', 'a.txt', 'a');
  await writeFile(path.join(folder, 'b.txt'), 'b');
  await ann.device.files(['encrypt', 'b.txt'], { cwd: folder });
  await copyFile(path.join(folder, 'a.txt.key'), path.join(folder, 'b.txt.key'));
  const refusal = await ann.device.refusal(['upload', 'b.txt.enc'], { cwd: folder });
  expect([refusal.code, refusal.exitCode]).toEqual(['KEY_FILE_MISMATCH', 7]);
  expect((await laptop.run(['list', '--json'])).stdout).not.toContain('"b.txt"');
});

test('whoever is not logged in is told so, and nothing is written', async () => {
  const stranger = createDevice(workspace, 'nobody', serverOptions(servers));
  const folder = await workspace.makeFolder('empty');
  await writeFile(path.join(folder, 'a.txt'), 'a');
  const refusals = await Promise.all([
    stranger.refusal(['list']),
    stranger.refusal(['download', 'taken.txt'], { cwd: folder }),
    stranger.refusal(['encrypt', 'a.txt'], { cwd: folder }),
  ]);
  for (const { code, message, exitCode } of refusals) {
    expect([code, exitCode]).toEqual(['NOT_LOGGED_IN', 3]);
    expect(message).toContain('sealkeep login');
  }
  expect(await readdir(folder)).toEqual(['a.txt']);
});
