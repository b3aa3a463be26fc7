import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice, login, register, serverOptions } from './support/person.ts';
import { freePorts, serverSettings, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const PASSPHRASE = 'a passphrase of the backup';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

test('sealed, uploaded, backed up, destroyed, restored: the file is there and opens', async () => {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const data = workspace.path('installation');
  const ports = [kmsPort, cloudPort] as const;
  const settings = { ...serverSettings(kmsPort, cloudPort), SEALKEEP_HOME: data };
  const running = await startServers(workspace, { data, ports });
  const { device, authenticator } = await register(
    createDevice(workspace, 'ann'),
    'ann',
    serverOptions(running),
  );
  const folder = await workspace.makeFolder('files');
  await writeFile(path.join(folder, 'report.txt'), 'worth keeping');
  await device.files(['encrypt', 'report.txt'], { cwd: folder });
  await device.files(['upload', 'report.txt.enc'], { cwd: folder });

  const sealkeep = (args: readonly string[], input: readonly string[]) =>
    workspace.run(args, { environment: settings, input, cwd: folder });
  const [kit, plain] = [workspace.path('kit'), workspace.path('plain')];
  const made = await sealkeep(
    ['backup', '--out', kit, '--with-blobs', '--with-root-key', '--make-phrase', '--json'],
    [],
  );
  expect(made).toMatchObject({ exitCode: 0, stderr: '' });
  const { phrase } = JSON.parse(made.stdout) as { phrase: string };
  expect(phrase).toMatch(/^([a-z2-7]{4}-){7}[a-z2-7]{4}$/);
  const again = await sealkeep(['backup', '--out', kit], [PASSPHRASE]);
  expect([again.exitCode, again.stderr]).toEqual([6, expect.stringContaining('nothing is overwritten')]);
  expect((await sealkeep(['backup', '--out', plain], [PASSPHRASE])).stdout).toContain(
    'root keys are not in it',
  );
  expect(await readdir(data)).not.toContain('backing-up');
  const others = workspace.run(['backup', '--out', workspace.path('others'), '--data', data], {
    environment: { ...settings, KMS_DATABASE_URL: `sqlite:${workspace.path('other.sqlite')}` },
  });
  expect(await others).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('KMS_DATABASE_URL is not usable: the servers of'),
  });

  const busy = await sealkeep(['restore', kit], [phrase]);
  expect([busy.exitCode, busy.stderr]).toEqual([6, expect.stringContaining('Another Sealkeep')]);
  await running.stop();

  // The machine burns, but for the kit.
  await rm(data, { recursive: true });
  const restored = await sealkeep(['restore', kit, '--json'], [phrase]);
  expect(JSON.parse(restored.stdout)).toMatchObject({
    data,
    servers: ['kms', 'cloud'],
    restored: true,
    former: null,
    without_root_key: [],
    files: 1,
    files_without_content: 0,
  });
  expect(await readFile(path.join(data, 'settings.env'), 'utf8')).toContain(`KMS_PORT="${kmsPort}"\n`);
  const second = await startServers(workspace, { data, ports });
  // Whoever was logged in may have been logged out since.
  expect(await device.refusal(['decrypt', 'report.txt.enc'], { cwd: folder })).toMatchObject({ exitCode: 3 });
  expect(await login(device, 'ann', await authenticator.code())).toMatchObject({ exitCode: 0 });
  const downloads = await workspace.makeFolder('downloads');
  await device.files(['download', 'report.txt', '--out', downloads]);
  const [opened] = await device.files(['decrypt', 'report.txt.enc'], { cwd: downloads });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('worth keeping');
  await second.stop();

  // A backup without root keys and blobs goes by those in place, and says where there is none.
  const checked = await sealkeep(['restore', plain, '--check'], [PASSPHRASE]);
  expect([checked.exitCode, checked.stdout]).toEqual([0, expect.stringContaining('The backup is good')]);
  const empty = await workspace.makeFolder('empty');
  expect((await sealkeep(['restore', plain, '--check', '--data', empty], [PASSPHRASE])).exitCode).toBe(0);
  expect(await readdir(empty)).toEqual([]);
  // Of one server only, which is said, now and later.
  await rm(path.join(data, 'cloud'), { recursive: true });
  const one = workspace.path('one');
  const note = 'Only the KMS is in it, no cloud.';
  expect((await sealkeep(['backup', '--out', one], [PASSPHRASE])).stderr).toContain(note);
  await rm(path.join(data, 'kms', 'keys', 'root.key'));
  const without = await sealkeep(['restore', one], [PASSPHRASE]);
  expect([without.exitCode, without.stderr]).toEqual([
    0,
    expect.stringContaining('root key of the KMS is neither'),
  ]);
  expect(without.stderr).toContain(note);
  expect(existsSync(path.join(data, 'restoring'))).toBe(false);
});
