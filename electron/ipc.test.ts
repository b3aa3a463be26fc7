import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SealkeepError } from '../shared/errors/error.ts';
import { BrowserWindow, handled, resetElectron } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { registerIpc, sendEvents } from './ipc.ts';
import { PAGE_URL } from './page-address.ts';

const call = vi.fn(async () => ({ ok: true as const, value: {} }));
const offerPath = vi.fn(async (file: string) => ({ ref: file, name: 'n', size: 1 }));
const report = vi.fn();
const page = { url: PAGE_URL, parent: null };

beforeEach(() => registerIpc({ offerPath, report }, call));
afterEach(resetElectron);

function invoke(channel: string, senderFrame: unknown, ...given: unknown[]): Promise<unknown> {
  const answer = handled.get(channel) as
    | ((event: object, ...given: unknown[]) => Promise<unknown>)
    | undefined;
  if (!answer) throw new Error(`nothing behind ${channel}`);
  return answer({ senderFrame }, ...given);
}

test('STYLE 7: the page is answered, with what dispatch gave', async () => {
  expect(await invoke('sealkeep.call', page, 'app.state', {})).toEqual({ ok: true, value: {} });
  expect(call).toHaveBeenCalledExactlyOnceWith('app.state', {});
});

describe.each(['sealkeep.call', 'sealkeep.offer'])('STYLE 7: %s rejects', (channel) => {
  test.each<readonly [string, unknown]>([
    ['a frame that is gone', null],
    ['a frame inside our page', { url: PAGE_URL, parent: page }],
    ...FOREIGN_ADDRESSES.map((url) => [`a page at ${url}`, { url, parent: null }] as const),
  ])('%s', async (_, frame) => {
    await expect(invoke(channel, frame, 'app.state', {})).rejects.toThrow('the sender is not the page');
    expect(call).not.toHaveBeenCalled();
    expect(offerPath).not.toHaveBeenCalled();
  });

  test('a frame that is read only after it went is not read: it is asked for once, first', async () => {
    const reads = vi.fn(() => page);
    const answer = handled.get(channel) as
      | ((event: object, ...given: unknown[]) => Promise<unknown>)
      | undefined;
    const event = Object.defineProperty({}, 'senderFrame', { get: reads });
    const answered = answer?.(event, ...(channel === 'sealkeep.call' ? ['app.state', {}] : [[]]));
    expect(reads).toHaveBeenCalledOnce();
    await answered;
    expect(reads).toHaveBeenCalledOnce();
  });
});

test.each([undefined, null, 7, '', 'app.state ', 'toString', '__proto__', ['app.state']])(
  'STYLE 7: no call but those of the table: %s',
  async (name) => {
    await expect(invoke('sealkeep.call', page, name, {})).rejects.toThrow();
    expect(call).not.toHaveBeenCalled();
  },
);

test.each([undefined, 'x', ['relative/report.txt'], [''], [7], [null], Array(501).fill('/a')])(
  'STYLE 9: what is offered has to be absolute paths (case %#)',
  async (paths) => {
    await expect(invoke('sealkeep.offer', page, paths)).rejects.toThrow();
    expect(offerPath).not.toHaveBeenCalled();
  },
);

test('what is left out of an offer says why, and a defect is told', async () => {
  offerPath.mockRejectedValueOnce(new SealkeepError('FILE_NOT_A_FILE', { file: '/folder' }));
  const defect = new TypeError('a defect');
  offerPath.mockRejectedValueOnce(defect);
  expect(await invoke('sealkeep.offer', page, ['/folder', '/a/defect', '/a'])).toEqual({
    taken: [{ ref: '/a', name: 'n', size: 1 }],
    leftOut: [
      { name: 'folder', error: { code: 'FILE_NOT_A_FILE', details: { file: 'folder' } } },
      { name: 'defect', error: { code: 'INTERNAL', details: {} } },
    ],
  });
  expect(report.mock.calls).toEqual([[defect]]);
});

test('a large drop keeps no more than a few files open at once', async () => {
  let open = 0;
  let most = 0;
  offerPath.mockImplementation(async (file) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return { ref: file, name: 'n', size: 1 };
  });
  const paths = Array.from({ length: 500 }, (_, index) => `/${index}`);
  expect(await invoke('sealkeep.offer', page, paths)).toMatchObject({ leftOut: [] });
  expect(most).toBeLessThanOrEqual(16);
});

test('events go to our page only, and stop with the window, of which nothing is asked any more', () => {
  const window = new BrowserWindow({});
  const listeners = new Map<string, (event: unknown) => void>();
  const stopped = vi.fn();
  const app = {
    on: (name: string, listener: (event: never) => void) => {
      listeners.set(name, listener as (event: unknown) => void);
      return stopped;
    },
  };
  sendEvents(app, window as never);
  const { webContents } = window;
  window.webContents.address = PAGE_URL;
  listeners.get('jobs.changed')?.([]);
  window.webContents.address = 'https://example.com/';
  listeners.get('app.changed')?.({});
  expect(webContents.send.mock.calls).toEqual([['sealkeep.event', 'jobs.changed', []]]);
  window.destroy();
  expect(stopped).toHaveBeenCalledTimes(listeners.size);
  // One that was on its way when the window went.
  listeners.get('jobs.changed')?.([]);
  expect(webContents.send).toHaveBeenCalledOnce();
});
