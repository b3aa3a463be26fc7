import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BridgeCarrier } from '../../shared/bridge/carrier.ts';
import { JOB } from '../testing/memory-app.ts';
import { startShell, type TestShell } from '../testing/start-shell.ts';
import { createCarrier } from './create-carrier.ts';
import { createTab } from './testing/create-tab.ts';

let shell: TestShell;
beforeEach(async () => {
  shell = await startShell();
});
afterEach(() => shell.close());

/** The events of one name, as they come. */
function collect(carrier: BridgeCarrier) {
  const users: (string | null)[] = [];
  const stop = carrier.on('app.changed', ({ user }) => {
    users.push(user);
  });
  return { users, stop };
}

test('calls wait for the exchange; the token is gone from the address, and the page works after a reload', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  expect(tab.fragment()).toBe('');
  expect(await carrier.call('app.state', {})).toEqual({ ok: true, value: shell.app.state });
  expect(tab.sent[0]).toBe('POST /admission');
  const stored = [...tab.storage.values()].join();
  expect(stored).toMatch(/^[\w-]{43}$/);
  expect([...tab.cookies.values()]).not.toContain(stored);

  const again = createCarrier(tab.world());
  expect(await again.call('cloud.list', {})).toEqual({
    ok: false,
    error: { code: 'NOT_LOGGED_IN', details: {} },
  });
  tab.leave();
});

test('a tab without a good address is told so, and asks for nothing more', async () => {
  const good = createTab(shell, shell.issueToken());
  await createCarrier(good.world()).call('app.state', {});
  for (const fragment of ['', 'x'.repeat(43)]) {
    const tab = createTab(shell, fragment);
    for (const [name, value] of good.cookies) tab.cookies.set(name, value);
    const carrier = createCarrier(tab.world());
    expect(await carrier.call('app.state', {})).toEqual({
      ok: false,
      error: { code: 'LAUNCH_SECRET_REFUSED', details: {} },
    });
    expect(await carrier.offer([new File(['x'], 'x')])).toEqual({
      taken: [],
      leftOut: [{ name: 'x', error: { code: 'LAUNCH_SECRET_REFUSED', details: {} } }],
    });
    await expect(carrier.save('job-1', 0)).rejects.toThrow();
    expect(tab.sent).toEqual(fragment === '' ? [] : ['POST /admission']);
  }
  good.leave();
});

test('a tab that lost its cookie is told so', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  await carrier.call('app.state', {});
  tab.cookies.clear();
  expect(await carrier.call('app.state', {})).toMatchObject({ error: { code: 'LAUNCH_SECRET_REFUSED' } });
  tab.leave();
});

test('a shell that is gone is an error like others, and events come again once it is back, with the state of then', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const { users, stop } = collect(carrier);
  await expect.poll(() => users).toEqual([null]);
  shell.app.emit('app.changed', { ...shell.app.state, user: 'ann' });
  await expect.poll(() => users).toEqual([null, 'ann']);

  const { address } = shell;
  tab.address = 'http://127.0.0.1:9';
  expect(await carrier.call('app.state', {})).toMatchObject({ error: { code: 'SERVER_UNREACHABLE' } });
  tab.address = address;
  tab.leave();
  await expect.poll(() => tab.waits.length).toBe(1);
  stop();
  shell.app.emit('app.changed', { ...shell.app.state, user: 'bob' });
  expect(users).toEqual([null, 'ann']);
});

test('a shell that has ended is told of once it does not come back at once, and its return too', async () => {
  const tab = createTab(shell, shell.issueToken());
  const world = tab.world();
  const broken = new AbortController();
  const carrier = createCarrier({
    ...world,
    async fetch(target, init) {
      const response = await world.fetch(target, init);
      if (target !== '/bridge-events' || broken.signal.aborted) return response;
      const cut = response.body?.pipeThrough(new TransformStream(), { signal: broken.signal });
      return new Response(cut ?? null, { status: 200 });
    },
  });
  const reaches: string[] = [];
  carrier.onReach((reach) => void reaches.push(reach));
  await expect.poll(() => reaches).toEqual(['there']);
  const { address } = shell;
  tab.address = 'http://127.0.0.1:9';
  broken.abort();
  await expect.poll(() => tab.waits.length).toBe(1);
  expect(reaches).toEqual(['there']);
  tab.waits[0]?.();
  await expect.poll(() => reaches).toEqual(['there', 'lost']);
  tab.address = address;
  await expect.poll(() => tab.waits.length).toBe(2);
  tab.waits[1]?.();
  await expect.poll(() => reaches).toEqual(['there', 'lost', 'there']);
  tab.leave();
});

test('a tab that nobody sees keeps no connection, and learns what changed when it is shown; one that gave files keeps it', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const { users } = collect(carrier);
  const reaches: string[] = [];
  carrier.onReach((reach) => void reaches.push(reach));
  const streams = () => tab.sent.filter((line) => line === 'GET /bridge-events').length;
  await expect.poll(() => users).toEqual([null]);
  const isListening = () => shell.openStreams() > 0;
  expect(isListening()).toBe(true);
  tab.show(false);
  await expect.poll(isListening).toBe(false);
  shell.app.state = { ...shell.app.state, user: 'ann' };
  tab.show(true);
  await expect.poll(() => users).toEqual([null, 'ann']);
  expect([streams(), tab.waits.length, reaches]).toEqual([2, 0, ['there', 'there']]);

  const {
    taken: [ref],
  } = await carrier.offer([new File(['x'], 'report.txt')]);
  tab.show(false);
  expect(await buffer(await shell.app.open(ref?.ref ?? ''))).toHaveLength(1);
  expect([streams(), isListening()]).toEqual([2, true]);
  tab.leave();
});

test('one that was started anew does not know the page', async () => {
  const tab = createTab(shell, '');
  tab.storage.set('sealkeep-page', 'x'.repeat(43));
  const reaches: string[] = [];
  createCarrier(tab.world()).onReach((reach) => void reaches.push(reach));
  await expect.poll(() => reaches).toEqual(['refused']);
});

test('an exchange that did not get through is tried again, with the same token', async () => {
  const tab = createTab(shell, shell.issueToken());
  const { address } = shell;
  tab.address = 'http://127.0.0.1:9';
  const carrier = createCarrier(tab.world());
  const { users } = collect(carrier);
  expect(await carrier.call('app.state', {})).toMatchObject({ error: { code: 'SERVER_UNREACHABLE' } });
  tab.address = address;
  expect(await carrier.call('app.state', {})).toMatchObject({ ok: true });
  await expect.poll(() => tab.waits.length).toBe(1);
  tab.waits[0]?.();
  await expect.poll(() => users).toEqual([null]);
  tab.leave();
});

test('events go on after the stream broke off, and what changed in between is asked for', async () => {
  const tab = createTab(shell, shell.issueToken());
  const world = tab.world();
  const broken = new AbortController();
  let streams = 0;
  const carrier = createCarrier({
    ...world,
    async fetch(target, init) {
      const response = await world.fetch(target, init);
      if (target !== '/bridge-events' || ++streams > 1) return response;
      const cut = response.body?.pipeThrough(new TransformStream(), { signal: broken.signal });
      return new Response(cut ?? null, { status: 200 });
    },
  });
  const { users } = collect(carrier);
  const jobs: unknown[] = [];
  carrier.on('jobs.changed', (list) => {
    jobs.push(list);
  });
  await expect.poll(() => [users, jobs]).toEqual([[null], [[JOB]]]);
  shell.app.state = { ...shell.app.state, user: 'carol' };
  broken.abort();
  await expect.poll(() => tab.waits.length).toBe(1);
  tab.waits[0]?.();
  await expect.poll(() => users).toEqual([null, 'carol']);
  tab.leave();
});

test('files are offered by name and size, folders left out, and their bytes come when the agent asks', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const large = Buffer.alloc(2 << 20, 'sealkeep');
  const folder = new File([], 'folder');
  folder.slice = () =>
    Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) });
  const files = [
    new File(['small'], '日本語.txt'),
    folder,
    new File([large], 'large', { type: 'text/plain' }),
    new File([], 'empty'),
  ];
  const { taken: refs, leftOut } = await carrier.offer(files);
  expect(leftOut).toEqual([
    { name: 'folder', error: { code: 'FILE_NOT_A_FILE', details: { file: 'folder' } } },
  ]);
  expect(refs.map(({ name, size }) => [name, size])).toEqual([
    ['日本語.txt', 5],
    ['large', large.length],
    ['empty', 0],
  ]);
  const contents = await Promise.all(refs.map(async ({ ref }) => buffer(await shell.app.open(ref))));
  expect(contents.map((bytes) => bytes.length)).toEqual([5, large.length, 0]);
  expect(contents[1]?.equals(large)).toBe(true);
  const start = await buffer(await shell.app.open(refs[1]?.ref ?? '', 100));
  expect(start.equals(large.subarray(0, 100))).toBe(true);
  tab.leave();
});

test('a shell that is gone, or takes no files, is why each of them was left out', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const files = Array.from({ length: 501 }, (_, index) => new File([], `${index}`, { type: 'text/plain' }));
  const { taken } = await carrier.offer(files);
  expect(taken.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  const codes = async () => {
    const { leftOut } = await carrier.offer(files.slice(0, 2));
    return leftOut.map(({ name, error }) => `${name} ${error.code}`);
  };
  tab.cookies.clear();
  expect(await codes()).toEqual(['0 LAUNCH_SECRET_REFUSED', '1 LAUNCH_SECRET_REFUSED']);
  tab.address = 'http://127.0.0.1:9';
  expect(await codes()).toEqual(['0 SERVER_UNREACHABLE', '1 SERVER_UNREACHABLE']);
  tab.leave();
});

test('five large files that nobody reads leave connections for calls, and all come in turn', async () => {
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const large = Buffer.alloc(2 << 20, 7);
  const { taken: refs } = await carrier.offer([1, 2, 3, 4, 5].map((name) => new File([large], `${name}`)));
  const opening = refs.map(({ ref }) => shell.app.open(ref));
  await Promise.all(opening.slice(0, 2));
  const sending = () => tab.sent.filter((line) => line.startsWith('POST /bridge-content')).length;
  expect(await carrier.call('app.state', {})).toMatchObject({ ok: true });
  expect(sending()).toBe(2);
  for (const one of opening) expect((await buffer(await one)).length).toBe(large.length);
  tab.leave();
});

test('a file that the browser cannot read any more is refused at once', async () => {
  const tab = createTab(shell, shell.issueToken());
  const world = tab.world();
  const carrier = createCarrier({
    ...world,
    // As browsers do it for a file that went away or was changed.
    fetch: async (target, init) => {
      if (init?.body instanceof File) throw new TypeError('Failed to fetch');
      return world.fetch(target, init);
    },
  });
  const {
    taken: [ref],
  } = await carrier.offer([new File(['x'], 'report.txt')]);
  const details = { file: 'report.txt' };
  await expect(shell.app.open(ref?.ref ?? '')).rejects.toMatchObject({ code: 'FILE_NOT_READABLE', details });
  tab.leave();
});

test('an output is saved by an address that is good once', async () => {
  const file = path.join(shell.folder, 'output');
  await writeFile(file, 'the output');
  shell.app.outputs.set('job-1/0', { path: file, name: 'report.txt' });
  const tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  await carrier.save('job-1', 0);
  const [url = ''] = tab.downloads;
  const cookie = [...tab.cookies].map((pair) => pair.join('=')).join('; ');
  expect((await shell.ask('GET', url, { cookie })).text).toBe('the output');
  await expect(carrier.save('job-1', 1)).rejects.toThrow();
  tab.leave();
});
