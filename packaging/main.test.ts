import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'otplib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BridgeCallName, BridgeInput, BridgeOutput } from '../shared/bridge/calls.ts';
import type { BridgeResult, Offer } from '../shared/bridge/carrier.ts';
import { app, BrowserWindow, handled, safeStorage, session } from '../test/electron.stub.ts';
import { createMemoryKeychain } from '../test/support/memory-keychain.ts';

// The built main process, on a stub of Electron: everything but Electron and its page is the real thing.
type Pages = ReturnType<typeof session.fromPartition>;
let folder: string;
let pages: Pages;
let serve: (request: object) => Promise<Response>;
let started: {
  readonly sandboxed: number;
  readonly asked: number[];
  readonly filtered: number[];
  readonly saving: number[];
};
const page = { url: 'sealkeep-app://page/index.html', parent: null };
const keychain = createMemoryKeychain();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-main-'));
  vi.stubEnv('SEALKEEP_HOME', path.join(folder, 'data'));
  app.whenReady.mockResolvedValue(undefined);
  safeStorage.isAsyncEncryptionAvailable.mockResolvedValue(true);
  safeStorage.getSelectedStorageBackend.mockReturnValue('gnome_libsecret');
  safeStorage.encryptStringAsync.mockImplementation(async (text: string) => keychain.encrypt(text));
  safeStorage.decryptStringAsync.mockImplementation(async (encrypted: Buffer) => {
    const { text, isStale } = await keychain.decrypt(encrypted);
    return { result: text, shouldReEncrypt: isStale };
  });
  await import(path.resolve(import.meta.dirname, '..', 'out', 'electron', 'main.js'));
  await vi.waitFor(() => expect(BrowserWindow.made).toHaveLength(1), 5_000);
  // Vitest forgets calls before each test.
  pages = session.fromPartition.mock.results[0]?.value as Pages;
  serve = pages.protocol.handle.mock.calls[0]?.[1];
  const both = [pages, session.defaultSession];
  started = {
    sandboxed: app.enableSandbox.mock.calls.length,
    asked: both.map(({ setPermissionRequestHandler }) => setPermissionRequestHandler.mock.calls.length),
    filtered: both.map(({ webRequest }) => webRequest.onBeforeRequest.mock.calls.length),
    saving: both.map((each) => each.listenerCount('will-download')),
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function invoke(channel: string, frame: unknown, ...given: unknown[]): Promise<unknown> {
  const answer = handled.get(channel) as
    | ((event: object, ...given: unknown[]) => Promise<unknown>)
    | undefined;
  if (!answer) throw new Error(`nothing behind ${channel}`);
  return answer({ senderFrame: frame }, ...given);
}

async function call<Name extends BridgeCallName>(
  name: Name,
  input: BridgeInput<Name>,
): Promise<BridgeOutput<Name>> {
  const result = (await invoke('sealkeep.call', page, name, input)) as BridgeResult<BridgeOutput<Name>>;
  if (!result.ok) throw new Error(`${name}: ${result.error.code} ${JSON.stringify(result.error.details)}`);
  return result.value;
}

function shown(): BrowserWindow {
  const [window] = BrowserWindow.made;
  if (!window) throw new Error('no window');
  return window;
}
const protections = () => shown().setContentProtection.mock.calls.map(([enabled]) => enabled);

test('the window comes with the built preload, over pages that were secured before', () => {
  const preferences = shown().options['webPreferences'] as Record<string, unknown>;
  expect(existsSync(String(preferences['preload']))).toBe(true);
  expect(preferences['sandbox']).toBe(true);
  expect(preferences['session']).toBe(pages);
  expect(started).toEqual({ sandboxed: 1, asked: [1, 1], filtered: [1, 1], saving: [1, 1] });
  expect(app.paths.get('userData')).toBe(path.join(folder, 'data', 'chromium'));
});

test('the built page is served at the scheme', async () => {
  const answer = await serve({ method: 'GET', url: 'sealkeep-app://page/index.html' });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining('<script type="module"'),
  ]);
});

test('first launch, a file sealed and opened, all over the door; root keys rest in the keychain', async () => {
  const registered = { user: 'ada', password: 'correct horse battery' };
  await expect(invoke('sealkeep.call', { ...page, parent: page }, 'app.state', {})).rejects.toThrow();
  await call('place.here', {});
  await vi.waitFor(
    async () => expect((await call('app.state', {})).servers?.kms.state).toBe('answering'),
    15_000,
  );
  expect(await call('app.state', {})).toMatchObject({ shell: 'electron', root_key: 'keychain', user: null });
  for (const service of ['kms', 'cloud']) {
    expect(await readdir(path.join(folder, 'data', service, 'keys'))).toEqual(['root.key.keychain']);
  }

  const { secret } = await call('account.register', registered);
  await call('account.confirm', { code: await generate({ secret }) });
  expect(protections()).toEqual([true, true]);
  await call('account.enter', {});
  expect(protections().at(-1)).toBe(false);

  const file = path.join(folder, '日本語.txt');
  await writeFile(file, 'plain');
  const { taken, leftOut } = (await invoke('sealkeep.offer', page, [file, '/dev/null'])) as Offer;
  expect(taken.map(({ name }) => name)).toEqual(['日本語.txt']);
  expect(leftOut.map(({ error }) => error.code)).toEqual(['FILE_NOT_A_FILE']);
  await finished(await call('jobs.start', { refs: taken.map(({ ref }) => ref) }));
  await rm(file);
  app.emit('second-instance', {}, ['sealkeep', `${file}.enc`]);
  await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe('plain'), 10_000);
  expect(shown().focus).toHaveBeenCalled();
}, 60_000);

test('it ends when servers and jobs have', async () => {
  app.quit.mockClear();
  app.emit('will-quit', { preventDefault: () => undefined });
  await vi.waitFor(() => expect(app.quit).toHaveBeenCalledOnce(), 15_000);
  expect(existsSync(path.join(folder, 'data', 'servers.json'))).toBe(false);
  // A launch that comes when the window is gone does not touch it, and is not lost.
  shown().isDestroyed = () => true;
  shown().focus.mockClear();
  app.emit('second-instance', {}, ['sealkeep', '/late.enc']);
  expect(app.relaunch).toHaveBeenCalledOnce();
  expect(shown().focus).not.toHaveBeenCalled();
});

async function finished({ ids }: { ids: readonly string[] }): Promise<void> {
  await vi.waitFor(async () => {
    const jobs = await call('jobs.list', {});
    expect(jobs.filter(({ id }) => ids.includes(id)).map(({ state }) => state)).toEqual(
      ids.map(() => 'done'),
    );
  }, 15_000);
}
