import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevice, register, serverOptions } from './support/person.ts';
import { LAUNCHER, REPOSITORY } from './support/places.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { freePorts, serverSettings, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

async function settingsFor(data: string): Promise<Record<string, string>> {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  return { ...serverSettings(kmsPort, cloudPort), SEALKEEP_HOME: workspace.path(data) };
}

test('npm run serve says where KMS and cloud are and what to type next, and Ctrl-C stops it cleanly', async () => {
  const environment = await settingsFor('npm-serve');
  const { KMS_PORT: kmsPort, CLOUD_PORT: cloudPort } = environment;
  const running = workspace.spawn('npm', ['run', 'serve'], { environment, cwd: REPOSITORY });
  await running.says(/Stop them with Ctrl-C/);
  const output = running.output();
  expect(output).toContain(`KMS    http://127.0.0.1:${kmsPort}\n`);
  expect(output).toContain(`cloud  http://127.0.0.1:${cloudPort}\n`);
  expect(output).toContain(`data   ${environment['SEALKEEP_HOME']}\n`);

  // What it says to type works as it stands.
  const [, typed = ''] = /npx (sealkeep register NAME .*)\n/.exec(output) ?? [];
  const [, , , ...options] = typed.split(' ');
  expect(options).toEqual(
    serverOptions({ kms: `http://127.0.0.1:${kmsPort}`, cloud: `http://127.0.0.1:${cloudPort}` }),
  );
  const ann = await register(createDevice(workspace, 'typed'), 'ann', options);
  expect(ann.recoveryCodes).toHaveLength(10);

  running.signalGroup('SIGINT');
  await running.ended;
  // npm's own end is its own business; a server that was not stopped cleanly leaves its address behind.
  expect(existsSync(path.join(environment['SEALKEEP_HOME'] ?? '', 'servers.json'))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops the servers, which was asked for: exit code 0',
  async (signal) => {
    const environment = await settingsFor(`stopped-${signal}`);
    const running = workspace.start(['serve'], { environment });
    await running.says(/Stop them with Ctrl-C/);
    const answer = await fetch(`http://127.0.0.1:${environment['KMS_PORT']}/healthz`);
    expect(await answer.json()).toMatchObject({ data: { service: 'kms', api: 1 } });
    running.signal(signal);
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
    await expect(fetch(`http://127.0.0.1:${environment['KMS_PORT']}/healthz`)).rejects.toThrow();
    expect(existsSync(workspace.path(`stopped-${signal}`, 'servers.json'))).toBe(false);
  },
);

test.runIf(existsSync(PSEUDO_TERMINAL))(
  `Ctrl-C at a terminal (needs ${PSEUDO_TERMINAL}) stops the servers cleanly`,
  async () => {
    const environment = await settingsFor('terminal');
    const running = startAtTerminal(workspace, [process.execPath, LAUNCHER, 'serve'], environment);
    await running.says(/Stop them with Ctrl-C/);
    running.press('\u0003');
    expect((await running.ended).exitCode).toBe(0);
    expect(existsSync(workspace.path('terminal', 'servers.json'))).toBe(false);
  },
);

test.each([
  ['kms', 'KMS', 'KMS_PORT'],
  ['cloud', 'cloud', 'CLOUD_PORT'],
])('%s runs the one alone', async (command, called, setting) => {
  const environment = await settingsFor(`alone-${command}`);
  const running = workspace.start([command], { environment });
  const address = `http://127.0.0.1:${environment[setting]}`;
  await running.says(new RegExp(`The ${called} is running at ${address}\\.`));
  const health = (await (await fetch(`${address}/healthz`)).json()) as { data: { service: string } };
  expect(health.data.service).toBe(command);
  running.signal('SIGTERM');
  expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
});

test('KMS and cloud run side by side in the folders that each has by default', async () => {
  const place = await workspace.makeFolder('system');
  // The system's place for application data, on each system.
  const system = { XDG_DATA_HOME: place, APPDATA: place, HOME: place };
  const environment = { ...(await settingsFor('none')), ...system, SEALKEEP_HOME: undefined };
  const kms = workspace.start(['kms'], { environment });
  await kms.says(/The KMS is running/);
  const cloud = workspace.start(['cloud'], { environment });
  await cloud.says(/The cloud is running/);
  for (const running of [kms, cloud]) {
    running.signal('SIGTERM');
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
  }
});

test('a stop ends although a client stalls in the middle of a body', async () => {
  const environment: Record<string, string> = { ...(await settingsFor('stalled')), KMS_STOP_SECONDS: '1' };
  const running = workspace.start(['kms'], { environment });
  await running.says(/The KMS is running/);
  const client = connect(Number(environment['KMS_PORT']), '127.0.0.1');
  client.on('error', () => undefined);
  const head =
    'POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';
  // "100 Continue" says that the server has the head and waits for the body.
  client.write(`${head}Expect: 100-continue\r\n\r\n{`);
  await once(client, 'data');
  running.signal('SIGTERM');
  expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
  client.destroy();
});

test('a restart keeps people, logins and files', async () => {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const start = () =>
    startServers(workspace, { data: workspace.path('restarted'), ports: [kmsPort, cloudPort] });
  const first = await start();
  const { device } = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(first));
  const folder = await workspace.makeFolder('kept');
  await writeFile(path.join(folder, 'report.txt'), 'kept');
  await device.files(['encrypt', 'report.txt'], { cwd: folder });
  await device.files(['upload', 'report.txt.enc'], { cwd: folder });
  expect(await first.stop()).toMatchObject({ exitCode: 0, stderr: '' });

  const down = await device.refusal(['list']);
  expect(down).toMatchObject({ code: 'SERVER_UNREACHABLE', exitCode: 5 });
  expect(down.message).toContain('Is it running?');

  await start();
  const downloads = await workspace.makeFolder('kept-downloads');
  await device.files(['download', 'report.txt', '--out', downloads]);
  const [opened] = await device.files(['decrypt', 'report.txt.enc'], { cwd: downloads });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('kept');
});

describe('a start that cannot be', () => {
  test('a port that is taken is named, with the setting that chooses another', async () => {
    const taken = await startServers(workspace, { data: workspace.path('first') });
    const [, kmsPort = ''] = /:(\d+)$/.exec(taken.kms) ?? [];
    const [, cloudPort = ''] = /:(\d+)$/.exec(taken.cloud) ?? [];
    const second = { ...(await settingsFor('second')), KMS_PORT: kmsPort };
    const third = { ...(await settingsFor('third')), CLOUD_PORT: cloudPort };
    const [kms, cloud] = await Promise.all(
      [second, third].map((environment) => workspace.run(['serve'], { environment })),
    );
    expect(kms).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `The address 127.0.0.1:${kmsPort} is in use by another program; stop it or set another KMS_PORT.\n`,
    });
    expect(cloud).toMatchObject({ exitCode: 2, stdout: '' });
    expect(cloud?.stderr).toContain('set another CLOUD_PORT');
  });

  test.each([
    ['KMS_PORT', 'many'],
    ['KMS_HOST', '203.0.113.9'],
    ['CLOUD_HOST', '203.0.113.9'],
    ['KMS_WHITELIST', 'localhost'],
    ['KMS_REGISTRATION', 'closed'],
    ['CLOUD_KMS_URL', 'http://kms.example.com'],
    ['SEALKEEP_LOG', 'loud'],
    ['KMS_WHITELST', '10.0.0.0/8'],
  ])('a wrong %s is named', async (name, value) => {
    const environment = {
      ...(await settingsFor(`wrong-${name}-${value.replaceAll('/', '-')}`)),
      [name]: value,
    };
    const { exitCode, stdout, stderr } = await workspace.run(['serve'], { environment });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^The setting ${name} is not usable: .+\\.\n$`));
  });

  test('a setting in .env counts, and the environment’s own before it', async () => {
    const folder = await workspace.makeFolder('with-env');
    await writeFile(path.join(folder, '.env'), 'KMS_REGISTRATION=closed\n');
    const environment = await settingsFor('by-env');
    const refused = await workspace.run(['serve'], { environment, cwd: folder });
    expect(refused.stderr).toContain('KMS_REGISTRATION');
    const running = workspace.start(['serve'], {
      environment: { ...environment, KMS_REGISTRATION: 'open' },
      cwd: folder,
    });
    await running.says(/Stop them with Ctrl-C/);
  });

  test('a data folder that cannot be made is named', async () => {
    await writeFile(workspace.path('a-file'), '');
    const environment = {
      ...(await settingsFor('unused')),
      SEALKEEP_HOME: workspace.path('a-file', 'inside'),
    };
    const { exitCode, stdout, stderr } = await workspace.run(['serve'], { environment });
    expect([exitCode, stdout]).toEqual([6, '']);
    expect(stderr).toContain(`The data folder ${workspace.path('a-file', 'inside')} cannot be used`);
  });
});
