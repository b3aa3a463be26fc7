import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../core/durable/sqlite.ts';
import type { KmsSchema } from '../server/kms/store/schema.ts';
import { createDevice, type Device, register, serverOptions } from './support/person.ts';
import { freePorts, type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

/** As `profiles.json` keeps the identity key of a KMS. */
const IDENTITY = /"identity": "([\w-]+)"/;

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

test('a KMS with a new identity key that the known one signed is the same KMS', async () => {
  const identityOf = async () =>
    (await readFile(path.join(device.home, 'profiles.json'), 'utf8')).match(IDENTITY)?.[1];
  const before = await identityOf();
  await servers.stop();
  servers = await startServers(workspace, { ports, options: ['--new-identity'] });
  expect(await device.run(['list'])).toMatchObject({ exitCode: 0 });
  const after = await identityOf();
  expect([before?.length, after?.length, before === after]).toEqual([43, 43, false]);
});

test('a KMS whose identity key another took the place of is another KMS, whatever else it has', async () => {
  await servers.stop();
  const database = openSqlite<KmsSchema>(workspace.path('servers', 'kms', 'kms.sqlite'));
  await database.deleteFrom('identity_keys').execute();
  await database.destroy();
  servers = await startServers(workspace, { ports });
  expect(await device.refusal(['list'])).toMatchObject({ code: 'SERVER_IDENTITY_CHANGED', exitCode: 5 });
});

test('servers whose signing keys are all new are not taken for those that were there before', async () => {
  expect(await servers.stop()).toMatchObject({ exitCode: 0 });
  await startServers(workspace, { data: workspace.path('replaced'), ports });
  const refusal = await device.refusal(['list']);
  expect(refusal).toMatchObject({ code: 'SERVER_IDENTITY_CHANGED', exitCode: 5 });
  expect(refusal.message).toContain('somebody may stand between');
});
