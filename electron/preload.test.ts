import { afterEach, expect, test, vi } from 'vitest';
import type { BridgeCarrier } from '../shared/bridge/carrier.ts';
import { exposed, ipcRenderer, resetElectron } from '../test/electron.stub.ts';
import './preload.ts';

afterEach(resetElectron);
const carrier = exposed.get('sealkeep') as BridgeCarrier;

test('STYLE 8: the page gets exactly the functions of the carrier', () => {
  expect([...exposed.keys()]).toEqual(['sealkeep']);
  expect(Object.keys(carrier).sort()).toEqual(['call', 'offer', 'on', 'onReach', 'save']);
  for (const given of Object.values(carrier)) expect(given).toBeTypeOf('function');
});

test('STYLE 8: a listener gets the event of its name without anything of Electron, until it unsubscribes', () => {
  const listener = vi.fn();
  const stop = carrier.on('jobs.changed', listener);
  ipcRenderer.emit('sealkeep.event', { sender: ipcRenderer }, 'jobs.changed', []);
  ipcRenderer.emit('sealkeep.event', { sender: ipcRenderer }, 'app.changed', {});
  expect(listener.mock.calls).toEqual([[[]]]);
  expect(stop()).toBeUndefined();
  ipcRenderer.emit('sealkeep.event', { sender: ipcRenderer }, 'jobs.changed', []);
  expect(listener).toHaveBeenCalledOnce();
  expect(ipcRenderer.listenerCount('sealkeep.event')).toBe(0);
});

test('STYLE 8: calls go over one channel', async () => {
  ipcRenderer.invoke.mockResolvedValueOnce({ ok: true, value: [] });
  expect(await carrier.call('jobs.list', {})).toEqual({ ok: true, value: [] });
  expect(ipcRenderer.invoke.mock.calls).toEqual([['sealkeep.call', 'jobs.list', {}]]);
});

test('STYLE 13: files are offered by the paths that webUtils knows; what has none is left out, and why is said', async () => {
  const files = [{ path: '/a' }, {}, { path: '/b' }].map((file) => ({ name: 'n', size: 1, ...file }));
  const gone = { name: 'b', error: { code: 'FILE_NOT_FOUND', details: { file: 'b' } } };
  ipcRenderer.invoke.mockResolvedValueOnce({ taken: [{ ref: '1', name: 'a', size: 1 }], leftOut: [gone] });
  expect(await carrier.offer(files)).toEqual({
    taken: [{ ref: '1', name: 'a', size: 1 }],
    leftOut: [{ name: 'n', error: { code: 'FILE_NOT_READABLE', details: { file: 'n' } } }, gone],
  });
  expect(ipcRenderer.invoke.mock.calls).toEqual([['sealkeep.offer', ['/a', '/b']]]);
});

test('a drop of any size goes in batches, in order', async () => {
  const files = Array.from({ length: 10_001 }, (_, index) => ({ name: 'n', size: 1, path: `/${index}` }));
  ipcRenderer.invoke.mockImplementation(async (_channel: string, paths: readonly string[]) => ({
    taken: paths.map((ref) => ({ ref, name: 'n', size: 1 })),
    leftOut: [],
  }));
  const { taken } = await carrier.offer(files);
  ipcRenderer.invoke.mockReset();
  expect(taken.map(({ ref }) => ref)).toEqual(files.map(({ path }) => path));
});

test('nothing is saved by way of the page here', async () => {
  await expect(carrier.save('id', 0)).rejects.toThrow();
});
