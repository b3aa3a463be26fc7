import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice, type Device, register, serverOptions } from './support/person.ts';
import { freePorts, type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let servers: Servers;
let device: Device;
let ports: [number, number];
beforeAll(async () => {
  workspace = await createWorkspace();
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  ports = [kmsPort, cloudPort];
  servers = await startServers(workspace, { ports });
  device = createDevice(workspace, 'ann');
  await register(device, 'ann', serverOptions(servers));
});
afterAll(() => workspace.close());

const statusOf = async () => JSON.parse((await device.run(['status', '--json'])).stdout) as unknown;

test('the servers that were named are kept for the next commands, until --own or others are named', async () => {
  const elsewhere = { servers: { kms: servers.kms, cloud: servers.cloud }, user: 'ann' };
  expect(await statusOf()).toMatchObject(elsewhere);
  expect(await device.run(['status', '--own'])).toMatchObject({ exitCode: 0 });
  expect(await statusOf()).toMatchObject({ servers: 'own', user: null });
  expect(await device.run(['list', ...serverOptions(servers)])).toMatchObject({ exitCode: 0 });
  expect(await statusOf()).toMatchObject(elsewhere);
});

test('addresses that will not do are refused before anything is asked', async () => {
  let asked = 0;
  const listener = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = Object(listener.address()) as { port: number };
  const refusals = await Promise.all(
    [
      // It leads to this machine here, and is no loopback address all the same.
      ['list', '--kms', `http://0.0.0.0:${port}`, '--cloud', `http://0.0.0.0:${port}`],
      ['list', '--kms', 'http://kms.example.com', '--cloud', 'https://cloud.example.com'],
      ['list', '--kms', 'file:///etc/passwd', '--cloud', servers.cloud],
      ['list', '--kms', servers.kms],
    ].map((args) => createDevice(workspace, `refused-${args.join('').length}`).refusal(args)),
  );
  expect(refusals.map(({ code, exitCode }) => [code, exitCode])).toEqual([
    ['SERVER_ADDRESS_REFUSED', 2],
    ['SERVER_ADDRESS_REFUSED', 2],
    ['SERVER_ADDRESS_REFUSED', 2],
    ['USAGE', 2],
  ]);
  expect(refusals[0]?.message).toContain('must be https:, or http: on this machine');
  expect(asked).toBe(0);
  await new Promise((resolve) => listener.close(resolve));
});

test('addresses of something else, or of the two the wrong way round, are said', async () => {
  const stranger = createDevice(workspace, 'stranger');
  const swapped = await stranger.refusal(['list', '--kms', servers.cloud, '--cloud', servers.kms]);
  expect(swapped).toMatchObject({ code: 'SERVER_NOT_SEALKEEP', exitCode: 5 });

  const page = createServer((_, response) => response.end('<html></html>'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const { port } = Object(page.address()) as { port: number };
  const address = `http://127.0.0.1:${port}`;
  const foreign = await stranger.refusal(['list', '--kms', address, '--cloud', address]);
  expect(foreign).toMatchObject({ code: 'SERVER_NOT_SEALKEEP', exitCode: 5 });
  expect(foreign.message).toContain(address);
  page.closeAllConnections();
  await new Promise((resolve) => page.close(resolve));
});

test('servers whose signing keys are all new are not taken for those that were there before', async () => {
  expect(await servers.stop()).toMatchObject({ exitCode: 0 });
  await startServers(workspace, { data: workspace.path('replaced'), ports });
  const refusal = await device.refusal(['list']);
  expect(refusal).toMatchObject({ code: 'SERVER_IDENTITY_CHANGED', exitCode: 5 });
  expect(refusal.message).toContain('somebody may stand between');
});
