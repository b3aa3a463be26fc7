import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHugeFile, waitForTemporary } from './support/mid-job.ts';
import { createDevice, login, type Person, register, serverOptions } from './support/person.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let ann: Person;
beforeAll(async () => {
  workspace = await createWorkspace();
  ann = await register(createDevice(workspace, 'ann'), 'ann');
});
afterAll(() => workspace.close());

async function folderWithFile(name: string, content: string): Promise<string> {
  const folder = await workspace.makeFolder(name);
  await writeFile(path.join(folder, 'report.txt'), content);
  return folder;
}

const namesIn = async (folder: string) => (await readdir(folder)).sort();

test('without --kms and --cloud the same commands work against servers inside the process', async () => {
  const { device } = ann;
  const folder = await folderWithFile('alone', 'alone');
  const status = await device.run(['status', '--json']);
  expect(JSON.parse(status.stdout)).toEqual({ data_folder: device.home, servers: 'own', user: 'ann' });
  expect((await device.run(['status'])).stdout).toContain('in this data folder');
  // The window goes straight to the login of these servers.
  const profiles = await readFile(path.join(device.home, 'profiles.json'), 'utf8');
  expect(JSON.parse(profiles)).toMatchObject({ current: 'own' });

  await device.files(['encrypt', 'report.txt'], { cwd: folder });
  await device.files(['upload', 'report.txt.enc'], { cwd: folder });
  expect((await device.run(['list'])).stdout).toContain('report.txt');
  const downloads = await workspace.makeFolder('alone-downloads');
  await device.files(['download', 'report.txt', '--out', downloads]);
  const [opened] = await device.files(['decrypt', 'report.txt.enc'], { cwd: downloads });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('alone');

  await device.run(['logout']);
  expect(await login(device, 'ann', await ann.authenticator.code())).toMatchObject({ exitCode: 0 });
});

test('two people of one data folder share as they would elsewhere', async () => {
  // One laptop, one person's account of the system, two people of the KMS: the second logs in after the first.
  const folder = await folderWithFile('shared', 'for ben');
  const device = createDevice(workspace, 'family');
  const ben = await register(device, 'ben');
  const ada = await register(device, 'ada');
  await device.files(['encrypt', 'report.txt'], { cwd: folder });
  await device.files(['upload', 'report.txt.enc'], { cwd: folder });
  expect(await login(device, 'ben', await ben.authenticator.code())).toMatchObject({ exitCode: 0 });
  expect(await device.refusal(['decrypt', 'report.txt.enc'], { cwd: folder })).toMatchObject({ exitCode: 4 });
  expect(await login(device, 'ada', await ada.authenticator.code())).toMatchObject({ exitCode: 0 });
  expect(await device.run(['share', 'report.txt', '--with', 'ben'])).toMatchObject({ exitCode: 0 });
  expect(await login(device, 'ben', await ben.authenticator.code())).toMatchObject({ exitCode: 0 });
  const [opened] = await device.files(['decrypt', 'report.txt.enc'], { cwd: folder });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('for ben');
});

describe('one process at a time serves a data folder', () => {
  test('commands at the same moment all succeed: the later ones use the servers of the first', async () => {
    const folder = await workspace.makeFolder('together');
    const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];
    for (const name of names) await writeFile(path.join(folder, name), name);
    await Promise.all(names.map((name) => ann.device.files(['encrypt', name], { cwd: folder })));
    const opened = await Promise.all(
      names.map((name) => ann.device.files(['decrypt', `${name}.enc`], { cwd: folder })),
    );
    for (const [index, [file]] of opened.entries()) {
      expect(await readFile(file?.out ?? '', 'utf8')).toBe(names[index]);
    }
  });

  test('a command that is killed at work leaves no lock behind', async () => {
    const folder = await folderWithFile('killed', 'afterwards');
    await makeHugeFile(path.join(folder, 'huge.bin'));
    const out = await workspace.makeFolder('killed-out');
    const killed = ann.device.start(['encrypt', 'huge.bin', '--out', out], { cwd: folder });
    await waitForTemporary(out);
    killed.signalGroup('SIGKILL');
    await killed.ended;
    expect((await namesIn(out)).filter((name) => !name.endsWith('.sealkeep-tmp'))).toEqual([]);
    // The address that the killed one left there leads nowhere.
    expect(await namesIn(ann.device.home)).toContain('servers.json');

    await ann.device.files(['encrypt', 'report.txt', '--out', out], { cwd: folder });
    const [opened] = await ann.device.files(['decrypt', 'report.txt.enc'], { cwd: out });
    expect(await readFile(opened?.out ?? '', 'utf8')).toBe('afterwards');
  });

  test('a command uses the servers of a running serve, and a second serve is told that the folder is taken', async () => {
    const device = createDevice(workspace, 'served');
    const servers = await startServers(workspace, { data: device.home });
    const [second, person] = await Promise.all([device.run(['serve', '--json']), register(device, 'cleo')]);
    expect(second.exitCode).toBe(6);
    expect(second.stderr + second.stdout).toContain(
      `Another Sealkeep is using the data folder ${device.home}: process `,
    );

    // The same person is known at the address that serve says.
    const other = createDevice(workspace, 'elsewhere');
    const { code } = person.authenticator;
    expect(await login(other, 'cleo', await code(), serverOptions(servers))).toMatchObject({ exitCode: 0 });

    const folder = await folderWithFile('served-files', 'kept');
    await device.files(['encrypt', 'report.txt'], { cwd: folder });
    expect(await servers.stop()).toMatchObject({ exitCode: 0 });
    // And without it the data folder's own servers open what was sealed there.
    const [opened] = await device.files(['decrypt', 'report.txt.enc'], { cwd: folder });
    expect(await readFile(opened?.out ?? '', 'utf8')).toBe('kept');
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['by a signal to the launcher', 'signal'],
    ['by a signal to its whole group, as a terminal sends it', 'signalGroup'],
  ] as const)('ends a job %s: cancelled, nothing left behind', async (_, how) => {
    const folder = await workspace.makeFolder(`cancelled-${how}`);
    await makeHugeFile(path.join(folder, 'huge.bin'));
    const running = ann.device.start(['encrypt', 'huge.bin', '--json'], { cwd: folder });
    await waitForTemporary(folder);
    running[how]('SIGINT');
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('"code":"JOB_CANCELLED"');
    expect(await namesIn(folder)).toEqual(['huge.bin']);
    expect(await ann.device.run(['status'])).toMatchObject({ exitCode: 0 });
  });
});
