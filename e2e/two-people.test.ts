import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postJson } from './support/http.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const SECRET = 'what only the two of them know\n';

let workspace: Workspace;
let servers: Servers;
let ann: Person;
let ben: Person;
/** Where Ann's file lies with its pair, and a copy of the pair that Ben came by. */
let annsFolder: string;
let stolen: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  servers = await startServers(workspace);
  const options = serverOptions(servers);
  [ann, ben] = await Promise.all([
    register(createDevice(workspace, 'ann'), 'ann', options),
    register(createDevice(workspace, 'ben'), 'ben', options),
  ]);
  annsFolder = await workspace.makeFolder('anns');
  stolen = await workspace.makeFolder('stolen');
  await writeFile(path.join(annsFolder, 'plan.txt'), SECRET);
  await ann.device.files(['encrypt', 'plan.txt'], { cwd: annsFolder });
  await ann.device.files(['upload', 'plan.txt.enc'], { cwd: annsFolder });
  for (const name of ['plan.txt.enc', 'plan.txt.key']) {
    await copyFile(path.join(annsFolder, name), path.join(stolen, name));
  }
});
afterAll(() => workspace.close());

const lines = async (person: Person, ...args: string[]) => {
  const { exitCode, stdout } = await person.device.run([...args, '--json']);
  expect(exitCode).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
};

/** What Ben can try with Ann's file; each has to be refused, whenever it is not shared. */
async function expectNothingForBen(): Promise<void> {
  const folder = await workspace.makeFolder('bens');
  const [own, shared, download, openStolen, openWithoutKey] = await Promise.all([
    lines(ben, 'list'),
    lines(ben, 'list', '--shared'),
    ben.device.refusal(['download', 'plan.txt', '--from', 'ann'], { cwd: folder }),
    ben.device.refusal(['decrypt', 'plan.txt.enc', '--out', folder], { cwd: stolen }),
    withoutKey(folder),
  ]);
  expect([own, shared]).toEqual([[], []]);
  for (const { code, message, exitCode } of [download, openStolen, openWithoutKey]) {
    expect(['CLOUD_NOT_FOUND', 'GRANT_MISSING', 'KEY_MISSING']).toContain(code);
    expect(exitCode).toBe(4);
    expect(message).toMatch(/^[A-Z].*plan.*\.$/);
  }
  expect((await readdir(folder)).filter((name) => name !== 'plan.enc')).toEqual([]);
  expect((await readdir(stolen)).sort()).toEqual(['plan.txt.enc', 'plan.txt.key']);
}

async function withoutKey(folder: string) {
  await copyFile(path.join(stolen, 'plan.txt.enc'), path.join(folder, 'plan.enc'));
  return ben.device.refusal(['decrypt', 'plan.enc'], { cwd: folder });
}

const tokenReply = z.object({ data: z.object({ authorization: z.string() }) });
const keyFile = z.object({ resource_name: z.string(), wrapped_key: z.string() });

async function annsKey() {
  return keyFile.parse(JSON.parse(await readFile(path.join(stolen, 'plan.txt.key'), 'utf8')));
}

/** A reader's authorization token from the cloud, and a call that unwraps with it whenever it is made. */
async function bensUnwrap() {
  const { access_token, cloud_token } = await ben.device.tokens();
  const { resource_name, wrapped_key } = await annsKey();
  const asked = { resource_names: [resource_name], role: 'reader' };
  const issued = await postJson(`${servers.cloud}/authorize`, asked, cloud_token);
  expect(issued.status).toBe(200);
  const { authorization } = tokenReply.parse(JSON.parse(issued.text)).data;
  const tokens = { authentication: access_token, authorization, reason: '' };
  return () =>
    postJson(`${servers.kms}/unwrap/batch`, { ...tokens, items: [{ resource_name, wrapped_key }] });
}

test('the second person sees, downloads and opens nothing of the first', async () => {
  await expectNothingForBen();
  const { cloud_token } = await ben.device.tokens();
  const { resource_name } = await annsKey();
  const asked = { resource_name, role: 'reader' };
  expect((await postJson(`${servers.cloud}/authorize`, asked, cloud_token)).status).toBe(404);
});

test('nobody shares what is not theirs, nor with who is not there', async () => {
  const refusals = await Promise.all([
    ben.device.refusal(['share', 'plan.txt', '--with', 'ben']),
    ann.device.refusal(['share', 'plan.txt', '--with', 'nobody']),
    ann.device.refusal(['unshare', 'plan.txt', '--with', 'ben']),
  ]);
  expect(refusals.map(({ code, exitCode }) => [code, exitCode])).toEqual([
    ['CLOUD_NOT_FOUND', 4],
    ['GRANT_USER_UNKNOWN', 4],
    ['GRANT_NOT_FOUND', 4],
  ]);
});

describe('while it is shared', () => {
  beforeAll(async () => {
    const shared = await ann.device.run(['share', 'plan.txt', '--with', 'ben']);
    expect(shared).toEqual({ exitCode: 0, stdout: 'ben may open plan.txt now.\n', stderr: '' });
  });

  test('the second person lists, downloads and opens the file, and it is still not theirs', async () => {
    expect(await lines(ben, 'list')).toEqual([]);
    expect((await lines(ben, 'list', '--shared')).map((line) => JSON.parse(line))).toMatchObject([
      { name: 'plan.txt', owner: 'ann', role: 'reader' },
    ]);
    expect((await ann.device.run(['list'])).stdout).toContain('plan.txt  (→ ben)');

    const folder = await workspace.makeFolder('bens-download');
    await ben.device.files(['download', 'plan.txt', '--from', 'ann'], { cwd: folder });
    const [opened] = await ben.device.files(['decrypt', 'plan.txt.enc'], { cwd: folder });
    expect(await readFile(opened?.out ?? '', 'utf8')).toBe(SECRET);

    const passedOn = await ben.device.refusal(['share', 'plan.txt', '--with', 'ann']);
    expect(passedOn).toMatchObject({ code: 'CLOUD_NOT_FOUND', exitCode: 4 });
  });

  test('a reader’s token opens and does not wrap', async () => {
    const unwrap = await bensUnwrap();
    expect((await unwrap()).status).toBe(200);
    const { cloud_token } = await ben.device.tokens();
    const { resource_name } = await annsKey();
    const asked = { resource_name, role: 'writer' };
    expect((await postJson(`${servers.cloud}/authorize`, asked, cloud_token)).status).not.toBe(200);
  });

  test('once sharing stops the next unwrap is refused within a second, whatever tokens are alive', async () => {
    const unwrap = await bensUnwrap();
    expect((await unwrap()).status).toBe(200);
    const stopped = await ann.device.run(['unshare', 'plan.txt', '--with', 'ben']);
    const stoppedAt = performance.now();
    const refused = await unwrap();
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    expect([refused.status, stopped.exitCode]).toEqual([403, 0]);
    expect(refused.text).toContain('GRANT_MISSING');
    expect(stopped.stdout).toContain('ben may not open plan.txt any more');
    await expectNothingForBen();
    expect((await ann.device.run(['list'])).stdout).not.toContain('ben');
  });
});
