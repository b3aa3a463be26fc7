import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileCloud, startHostileCloud } from './support/hostile-cloud.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { freePorts, serverSettings } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let cloud: HostileCloud;
let ann: Person;
let ben: Person;
let folder: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const environment = { ...serverSettings(kmsPort, cloudPort), SEALKEEP_HOME: workspace.path('servers') };
  const [kms, url] = [`http://127.0.0.1:${kmsPort}`, `http://127.0.0.1:${cloudPort}`];
  cloud = await startHostileCloud(cloudPort, kms);
  await workspace.start(['kms'], { environment }).says(/The KMS is running at/);
  const options = serverOptions({ kms, cloud: url });
  [ann, ben] = await Promise.all([
    register(createDevice(workspace, 'ann'), 'ann', options),
    register(createDevice(workspace, 'ben'), 'ben', options),
  ]);
  folder = await workspace.makeFolder('pair');
  await writeFile(path.join(folder, 'plan.txt'), 'secret');
  await ann.device.files(['encrypt', 'plan.txt'], { cwd: folder });
});
afterAll(async () => {
  await cloud.close();
  await workspace.close();
});

test('its tokens are good where the owner asks', async () => {
  const [opened] = await ann.device.files(['decrypt', 'plan.txt.enc'], { cwd: folder });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe('secret');
  expect(cloud.minted).toMatchObject([{ email: 'ann' }]);
});

test('a stranger for whom the cloud makes a reader’s token opens nothing', async () => {
  const before = await readdir(folder);
  const mintedBefore = cloud.minted.length;
  const refusal = await ben.device.refusal(['decrypt', 'plan.txt.enc'], { cwd: folder });
  expect(refusal).toMatchObject({ code: 'GRANT_MISSING', exitCode: 4 });
  expect(refusal.message).toContain('its owner does not share it with you');
  expect(cloud.minted.slice(mintedBefore)).toMatchObject([{ email: 'ben' }]);
  expect(await readdir(folder)).toEqual(before);
});
