import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tryLock } from '../../core/durable/lock.ts';
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
  await expect(takeDataFolder(folder)).rejects.toMatchObject({
    code: 'DATA_FOLDER_BUSY',
    details: {
      ...first.addresses,
      folder,
      pid: process.pid,
      since: expect.stringMatching(/^[\d-]+T[\d:]+Z$/),
    },
  });
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
    ['cloud', another, 'CLOUD_ROOT_KEY'],
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
  const user = await serversOf(folder, WORKER);
  expect(user.isBorrowed).toBe(true);
  await dying.ended;
  // Whoever used them keeps nobody waiting.
  await dying.close();
  await user.close();
  const stopped = await serversOf(folder, WORKER);
  await stopped.close();
  const after = await Promise.race([stopped.ended.then(() => 'ended'), Promise.resolve('silent')]);
  expect(after).toBe('silent');
});

test('an address that a killed process left is seen by nobody, not even while another one takes the folder', async () => {
  // As the process that takes the folder is, between taking its lock and removing what the one before left.
  const looking = tryLock(at('looking.lock'));
  const serving = tryLock(at('serving.lock'));
  const address = (port: number) => ({ kms: `http://127.0.0.1:${port}`, cloud: `http://127.0.0.1:${port}` });
  await writeFile(at('servers.json'), JSON.stringify({ ...address(1), launch_secret: 'old' }));
  const found = serversOf(folder, WORKER);
  await new Promise((resolve) => setImmediate(resolve));
  const using = tryLock(at('using.lock'));
  expect(using).toBeDefined();
  using?.release();
  await writeFile(at('servers.json'), JSON.stringify({ ...address(2), launch_secret: 'new' }));
  looking?.release();
  const servers = await found;
  expect([servers.isBorrowed, servers.addresses, servers.launchSecret]).toEqual([true, address(2), 'new']);
  await servers.close();
  serving?.release();
});

test.each([
  ['servers of its own', () => serversOf(folder, WORKER)],
  ['servers for others', () => takeDataFolder(folder)],
])('%s are taken only while nobody else is looking', async (_, take) => {
  const looking = tryLock(at('looking.lock'));
  const taking = take();
  const serving = tryLock(at('serving.lock'));
  expect(serving).toBeDefined();
  serving?.release();
  looking?.release();
  const taken = await taking;
  expect(tryLock(at('serving.lock'))).toBeUndefined();
  if ('close' in taken) await taken.close();
  else await taken.release(ONCE, async () => undefined);
});

const ONCE = { limitMs: 0, tell: () => undefined };

test('who uses servers is waited for with a word, and at last no longer', async () => {
  const tell = vi.fn();
  const usersWait = { limitMs: 40, tellAfterMs: 20, tell };
  const first = await serversOf(folder, WORKER, { usersWait });
  const second = await serversOf(folder, WORKER);
  await first.close();
  expect(tell).toHaveBeenCalledOnce();
  expect(existsSync(at('servers.json'))).toBe(false);
  await expect(statusOf(second.addresses.kms)).rejects.toThrow();
  // What still holds on to them keeps nobody from serving the folder.
  const next = await start();
  expect(next.isBorrowed).toBe(false);
  await second.close();
});

test('nobody who uses them: not a word', async () => {
  const tell = vi.fn();
  const usersWait = { limitMs: 20, tellAfterMs: 0, tell };
  await (await serversOf(folder, WORKER, { usersWait })).close();
  expect(tell).not.toHaveBeenCalled();
});

test('servers for others wait too, before they stop, for who uses them on this machine', async () => {
  const taken = await takeDataFolder(folder);
  const places = { kms: at('kms.sqlite'), cloud: at('cloud.sqlite'), blobs: at('blobs') };
  await taken.announce({ kms: 'http://127.0.0.1:1', cloud: 'http://127.0.0.1:2', places });
  const user = await serversOf(folder, WORKER);
  expect([user.isBorrowed, user.launchSecret]).toEqual([true, undefined]);
  const order: string[] = [];
  const { promise: isTold, resolve: tell } = Promise.withResolvers<void>();
  const released = taken.release({ limitMs: 10_000, tellAfterMs: 0, tell }, async () => {
    expect(existsSync(at('servers.json'))).toBe(false);
    order.push('stopped');
  });
  await isTold;
  expect(existsSync(at('servers.json'))).toBe(true);
  order.push('used');
  await user.close();
  await released;
  expect(order).toEqual(['used', 'stopped']);
  await (await takeDataFolder(folder)).release(ONCE, async () => undefined);
});

test('servers that cannot say where they are stop before they give the folder up', async () => {
  const loadRootKeys = async () => {
    // Nothing can be put in place of a folder.
    await mkdir(at('servers.json'));
    return { kms: new Uint8Array(32), cloud: new Uint8Array(32) };
  };
  const worker = new URL('../../test/support/lasting-server-worker.ts', import.meta.url);
  await expect(serversOf(folder, worker, { loadRootKeys })).rejects.toThrow();
  expect(await readFile(at('stopped'), 'utf8')).toBe('folder held');
  await rm(at('servers.json'), { recursive: true });
  await start();
});

test('servers whose thread ends without a word fail the start, and the folder is free', async () => {
  await expect(serversOf(folder, new URL('data:text/javascript,'))).rejects.toThrow(/ended before/);
  await start();
});

test('servers stop even where the word of where they are cannot be taken back', async () => {
  const taken = await takeDataFolder(folder);
  await mkdir(at('servers.json'));
  const stop = vi.fn(async () => undefined);
  await expect(taken.release(ONCE, stop)).rejects.toThrow();
  expect(stop).toHaveBeenCalledOnce();
  await rm(at('servers.json'), { recursive: true });
  await (await takeDataFolder(folder)).release(ONCE, async () => undefined);
});

test('servers that do not stop as they should give the folder up all the same', async () => {
  const taken = await takeDataFolder(folder);
  const stop = () => Promise.reject(new Error('it does not stop'));
  await expect(taken.release(ONCE, stop)).rejects.toThrow('it does not stop');
  await (await takeDataFolder(folder)).release(ONCE, async () => undefined);
});
