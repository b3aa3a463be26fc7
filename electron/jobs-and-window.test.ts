import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Job } from '../shared/bridge/state.ts';
import { shellTexts } from '../shared/messages/shell-texts.ts';
import {
  BrowserWindow,
  dialog,
  app as electronApp,
  Notification,
  resetElectron,
} from '../test/electron.stub.ts';
import { createRelaunch, registerClosing, registerQuitting } from './closing.ts';
import { registerNotifications, tellOfWaiting } from './notifications.ts';

const report = vi.fn();
let jobs: Job[];
let listeners: ((jobs: Job[]) => void)[];
let window: BrowserWindow;
const state = { jobs: () => jobs };
const english = () => shellTexts('en');

beforeEach(() => {
  jobs = [];
  listeners = [];
  window = new BrowserWindow({});
});
afterEach(resetElectron);

const job = (id: string, now: Job['state'], kind: Job['kind'] = 'seal'): Job => ({
  id,
  kind,
  name: `${id}.txt`,
  state: now,
  files: { total: 1, done: now === 'done' ? 1 : 0 },
  failed: now === 'failed' ? 1 : 0,
  failures: [],
  bytes: 0,
  total: 0,
  rate: 0,
  error: null,
  outputs: [],
  can_retry: false,
  can_pause: false,
});

test('closing asks while jobs run, and keeps or cancels', async () => {
  registerClosing({ report }, window as never, state, english);
  const close = () => {
    const event = { preventDefault: vi.fn() };
    window.emit('close', event);
    return event.preventDefault.mock.calls.length === 0;
  };
  expect(close()).toBe(true);
  jobs = [job('a', 'interrupted'), job('b', 'paused')];
  dialog.showMessageBox.mockResolvedValueOnce({ response: 0 });
  expect([close(), close()]).toEqual([false, false]);
  await vi.waitFor(() => expect(dialog.showMessageBox).toHaveBeenCalledOnce());
  expect(window.destroy).not.toHaveBeenCalled();
  await vi.waitFor(() => {
    dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
    close();
    expect(window.destroy).toHaveBeenCalled();
  });
});

test('the process ends only when the app has', async () => {
  const close = vi.fn(async () => undefined);
  const defect = new TypeError('no clipboard');
  registerQuitting({ close, report }, () => Promise.reject(defect));
  const preventDefault = vi.fn();
  electronApp.emit('window-all-closed');
  expect(electronApp.quit).toHaveBeenCalledOnce();
  electronApp.emit('will-quit', { preventDefault });
  electronApp.emit('will-quit', { preventDefault });
  await vi.waitFor(() => expect(electronApp.quit).toHaveBeenCalledTimes(2));
  electronApp.emit('will-quit', { preventDefault });
  expect(close).toHaveBeenCalledOnce();
  expect(report.mock.calls).toEqual([[defect]]);
  expect(preventDefault).toHaveBeenCalledTimes(2);
});

test('ended jobs are told of once, when the last one ended and the window is not in front', () => {
  const app = {
    on: (_: string, listener: (jobs: never) => void) => {
      listeners.push(listener as (jobs: Job[]) => void);
      return () => undefined;
    },
  };
  registerNotifications(app, window as never, english);
  const tell = (...now: Job[]) => {
    for (const listener of listeners) listener(now);
  };
  const bodies = () => Notification.shown.map(({ options }) => options.body);

  tell(job('a', 'done'));
  tell(job('a', 'running'));
  tell(job('a', 'done'));
  expect(bodies()).toEqual(['a.txt is sealed.']);
  tell(job('a', 'done'), job('b', 'running'), job('c', 'waiting'));
  tell(job('a', 'done'), job('b', 'failed'), job('c', 'running', 'open'));
  expect(bodies()).toHaveLength(1);
  tell(job('a', 'done'), job('b', 'failed'), job('c', 'done', 'open'));
  expect(bodies()[1]).toBe('1 of 2 files are done.');
  tell(job('d', 'running'));
  tell(job('d', 'cancelled'));
  window.isInFront = true;
  tell(job('e', 'running'));
  tell(job('e', 'done'));
  expect(bodies()).toHaveLength(2);
  window.isInFront = false;
  const many = { ...job('f', 'done'), files: { total: 5000, done: 5000 } };
  tell({ ...many, state: 'running' });
  tell({ ...many, state: 'paused' });
  expect(bodies()).toHaveLength(2);
  tell({ ...many, state: 'running' });
  tell(many);
  expect(bodies()[2]).toBe('5000 files are done.');
  Notification.shown[0]?.emit('click');
  expect(window.focus).toHaveBeenCalledOnce();
});

test('who closed the window is told why Sealkeep waits, and whoever starts it then gets a new one, once', () => {
  tellOfWaiting(english);
  expect(Notification.shown.map(({ options }) => options.body)).toEqual([
    expect.stringMatching(/still works with the servers of this app/),
  ]);
  const argv = ['electron', '/sealkeep/out/electron/main.js', '/opened/before.enc'];
  const relaunch = createRelaunch(argv);
  expect(electronApp.relaunch).not.toHaveBeenCalled();
  relaunch();
  relaunch();
  expect(electronApp.relaunch).toHaveBeenCalledExactlyOnceWith({ args: [] });
  electronApp.isPackaged = false;
  createRelaunch(argv)();
  expect(electronApp.relaunch).toHaveBeenLastCalledWith({ args: ['/sealkeep/out/electron/main.js'] });
});
