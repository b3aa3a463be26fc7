import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { dispatch } from '../agent/app/dispatch.ts';
import type { Job } from '../shared/bridge/state.ts';
import { shellTexts } from '../shared/messages/shell-texts.ts';
import { BrowserWindow, dialog, app as electronApp, resetElectron } from '../test/electron.stub.ts';
import { startTestApp } from '../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../test/support/test-world.ts';
import { registerClosing, registerQuitting } from './closing.ts';
import { sendEvents } from './ipc.ts';
import { followState } from './last-state.ts';
import { PAGE_URL } from './page-address.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());
afterEach(resetElectron);

test('leaving while a job runs: the window goes, the job leaves nothing, the servers stop, the process ends', async () => {
  const ann = await startTestApp(world, 'ann');
  await ann.register('ann');
  const window = new BrowserWindow({});
  const { webContents } = window;
  webContents.address = PAGE_URL;
  const state = await followState(ann.app, (name, input) => dispatch(ann.app, name, input));
  registerQuitting(ann.app, async () => undefined);
  sendEvents(ann.app, window as never);
  registerClosing(ann.app, window as never, state, () => shellTexts('en'));

  // Half of a file, whose other half never comes.
  const half = new Readable({ read: () => undefined });
  half.push(Buffer.alloc(2_500_000));
  const { ref } = ann.app.offerStream({ name: 'a.txt', size: 5_000_000 }, async () => half);
  await ann.call('jobs.start', { refs: [ref] });
  await vi.waitFor(async () => {
    const jobs: readonly Job[] = await ann.call('jobs.list', {});
    expect(jobs[0]?.bytes).toBeGreaterThan(0);
    expect((await readdir(ann.outputs)).length).toBeGreaterThan(0);
  });
  const told = webContents.send.mock.calls.length;
  expect(told).toBeGreaterThan(0);

  dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
  window.emit('close', { preventDefault: () => undefined });
  await vi.waitFor(() => expect(window.isDestroyed()).toBe(true));
  electronApp.emit('will-quit', { preventDefault: () => undefined });
  await vi.waitFor(() => expect(electronApp.quit).toHaveBeenCalled(), 5000);
  expect(ann.reported).toEqual([]);
  expect(ann.own.map(({ isClosed }) => isClosed)).toEqual([true]);
  expect(await readdir(ann.outputs)).toEqual([]);
  expect(webContents.send).toHaveBeenCalledTimes(told);
});
