import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shellTexts } from '../shared/messages/shell-texts.ts';
import { BrowserWindow, dialog, resetElectron } from '../test/electron.stub.ts';
import { registerPageRecovery } from './page-recovery.ts';

let clock = 0;
let window: BrowserWindow;
const report = vi.fn();
beforeEach(() => {
  clock = 0;
  window = new BrowserWindow({});
  registerPageRecovery(window as never, () => shellTexts('en'), { now: () => clock, report });
});
afterEach(resetElectron);

const die = (reason = 'crashed') => window.webContents.emit('render-process-gone', {}, { reason });
const loads = () => window.loadURL.mock.calls.map(([address]) => address);
const answer = (response: number) => dialog.showMessageBox.mockResolvedValueOnce({ response });
/** Until everything that was set off has come to rest. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test.each(['crashed', 'oom', 'killed', 'abnormal-exit', 'integrity-failure'])(
  'a page whose process is gone (%s) is loaded anew',
  async (reason) => {
    die(reason);
    await settled();
    expect(loads()).toEqual(['sealkeep-app://page/index.html']);
    expect(report).toHaveBeenCalledOnce();
  },
);

test('a page that closes, and a window that has gone, are left alone', async () => {
  die('clean-exit');
  await settled();
  expect(window.loadURL).not.toHaveBeenCalled();
  window.isDestroyed = () => true;
  die();
  await settled();
  expect(window.loadURL).not.toHaveBeenCalled();
});

test('a page that keeps dying is loaded three times a minute, and then when the person says so', async () => {
  for (let death = 0; death < 3; death += 1) {
    die();
    await settled();
  }
  expect(loads()).toHaveLength(3);
  answer(0);
  die();
  await vi.waitFor(() => expect(loads()).toHaveLength(4));
  expect(dialog.showMessageBox).toHaveBeenCalledOnce();
  // Whoever says so is believed for another three.
  die();
  await settled();
  expect(loads()).toHaveLength(5);
});

test('deaths that lie far apart are no loop', async () => {
  for (let death = 0; death < 6; death += 1) {
    die();
    await settled();
    clock += 30_000;
  }
  expect(loads()).toHaveLength(6);
  expect(dialog.showMessageBox).not.toHaveBeenCalled();
});

test('a window that went while it was asked about is left alone', async () => {
  const { promise, resolve } = Promise.withResolvers<{ response: number }>();
  dialog.showMessageBox.mockReturnValueOnce(promise);
  for (let death = 0; death < 4; death += 1) {
    die();
    await settled();
  }
  window.isDestroyed = () => true;
  resolve({ response: 0 });
  await settled();
  expect(loads()).toHaveLength(3);
  expect(window.close).not.toHaveBeenCalled();
});

test('who closes instead is asked about running jobs as ever', async () => {
  answer(1);
  for (let death = 0; death < 4; death += 1) {
    die();
    await settled();
  }
  await vi.waitFor(() => expect(window.close).toHaveBeenCalledOnce());
  expect(loads()).toHaveLength(3);
});

test('a page that hangs may be waited for, or ended and so loaded anew; it is asked once', async () => {
  answer(0);
  window.emit('unresponsive');
  window.emit('unresponsive');
  expect(dialog.showMessageBox).toHaveBeenCalledOnce();
  await settled();
  expect(window.webContents.forcefullyCrashRenderer).not.toHaveBeenCalled();
  answer(1);
  window.emit('unresponsive');
  await settled();
  expect(window.webContents.forcefullyCrashRenderer).toHaveBeenCalledOnce();
});

test('the box goes when the page answers again', async () => {
  const { promise, resolve } = Promise.withResolvers<{ response: number }>();
  dialog.showMessageBox.mockReturnValueOnce(promise);
  window.emit('unresponsive');
  const [, options] = dialog.showMessageBox.mock.calls[0] as [
    unknown,
    { signal: AbortSignal; cancelId: number },
  ];
  expect(options.signal.aborted).toBe(false);
  window.emit('responsive');
  expect(options.signal.aborted).toBe(true);
  // A box that is taken away answers as if it had been cancelled.
  resolve({ response: options.cancelId });
  await settled();
  expect(window.webContents.forcefullyCrashRenderer).not.toHaveBeenCalled();
});
