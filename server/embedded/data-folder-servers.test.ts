import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { errorSentence } from '../../shared/messages/en.ts';
import { type DataFolderServers, serversOf, takeDataFolder } from './data-folder-servers.ts';

const WORKER = new URL('./server-worker.ts', import.meta.url);
const PROCESS = fileURLToPath(new URL('../../test/support/embedded-process.ts', import.meta.url));

let folder: string;
const running: DataFolderServers[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-embedded-'));
});
afterEach(async () => {
  for (const servers of running.splice(0).reverse()) await servers.close();
  await rm(folder, { recursive: true });
});

async function start(): Promise<DataFolderServers> {
  const servers = await serversOf(folder, WORKER);
  running.push(servers);
  return servers;
}
const at = (name: string) => path.join(folder, name);
const servedAt = async () =>
  JSON.parse(await readFile(at('servers.json'), 'utf8')) as Record<string, unknown>;

async function statusOf(address: string, secret?: string): Promise<[number, string]> {
  const headers = {
    connection: 'close',
    ...(secret === undefined ? {} : { 'x-sealkeep-launch-secret': secret }),
  };
  const response = await fetch(`${address}/healthz`, { headers });
  return [response.status, await response.text()];
}

/** Both of them, for the secret of this launch, which lies in a file that only its person can read. */
async function assertAsksForSecret({ addresses, launchSecret }: DataFolderServers): Promise<void> {
  expect(await servedAt()).toEqual({ ...addresses, launch_secret: launchSecret });
  expect((await stat(at('servers.json'))).mode & 0o777).toBe(0o600);
  for (const address of Object.values(addresses)) {
    expect((await statusOf(address, launchSecret))[0]).toBe(200);
    for (const wrong of [undefined, '', 'x'.repeat(43)]) {
      const [status, text] = await statusOf(address, wrong);
      expect([status, JSON.parse(text)]).toMatchObject([403, { error: { code: 'LAUNCH_SECRET_REFUSED' } }]);
    }
  }
  for (const key of ['kms/keys/root.key', 'cloud/keys/root.key']) {
    expect((await stat(at(key))).mode & 0o777).toBe(0o600);
  }
}

test('a second one uses the first one’s servers, which wait for it before they stop; the next launch has and asks for another secret', async () => {
  const first = await serversOf(folder, WORKER);
  await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_BUSY' });
  const second = await serversOf(folder, WORKER);
  expect(second.addresses).toEqual(first.addresses);
  expect(second.launchSecret).toBe(first.launchSecret);
  const order: string[] = [];
  const closing = first.close().then(() => order.push('first'));
  expect((await statusOf(second.addresses.kms, second.launchSecret))[0]).toBe(200);
  order.push('second');
  await second.close();
  await closing;
  expect(order).toEqual(['second', 'first']);
  expect(existsSync(at('servers.json'))).toBe(false);
  await expect(statusOf(first.addresses.kms)).rejects.toThrow();

  const names = await readFile(at('names.json'), 'utf8');
  const next = await start();
  await assertAsksForSecret(next);
  expect(next.launchSecret).not.toBe(first.launchSecret);
  expect(await readFile(at('names.json'), 'utf8')).toBe(names);
});

test('what a killed process left there is not believed', async () => {
  const child = spawn(process.execPath, [PROCESS, folder, WORKER.href], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const old = JSON.parse(String(line)) as { kms: string };
  const borrowed = await serversOf(folder, WORKER);
  expect(borrowed.addresses).toEqual(old);
  await borrowed.close();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await servedAt())['kms']).toBe(old.kms);
  const fresh = await start();
  expect(fresh.addresses.kms).not.toBe(old.kms);
  expect((await servedAt())['kms']).toBe(fresh.addresses.kms);
});

test('a root key that is another one or none ends the start with a sentence, and the right one works again', async () => {
  await (await serversOf(folder, WORKER)).close();
  const another = Buffer.alloc(32, 7).toString('base64');
  for (const [service, content, setting] of [
    ['kms', another, 'KMS_ROOT_KEY'],
    ['cloud', another, 'SEALKEEP_HOME'],
    ['kms', 'nonsense', 'KMS_ROOT_KEY'],
  ] as const) {
    const file = at(`${service}/keys/root.key`);
    const right = await readFile(file);
    await writeFile(file, content);
    const error = await serversOf(folder, WORKER).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isSealkeepError(error)) throw error ?? new Error('it started');
    expect([error.code, error.details['name']]).toEqual(['CONFIG_INVALID', setting]);
    expect(errorSentence(error.code, error.details)).not.toMatch(/…|again in a moment/);
    expect(existsSync(at('servers.json'))).toBe(false);
    await writeFile(file, right);
  }
  await start();
});

test('servers whose thread dies say so, and their folder can be served again; those that were stopped do not', async () => {
  const dying = await serversOf(
    folder,
    new URL('../../test/support/dying-server-worker.ts', import.meta.url),
  );
  await dying.ended;
  await dying.close();
  const stopped = await serversOf(folder, WORKER);
  await stopped.close();
  const after = await Promise.race([stopped.ended.then(() => 'ended'), Promise.resolve('silent')]);
  expect(after).toBe('silent');
});
