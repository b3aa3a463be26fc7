import { afterEach, expect, test, vi } from 'vitest';
import type { BridgeResult } from '../shared/bridge/carrier.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { app, BrowserWindow, dialog, resetElectron } from '../test/electron.stub.ts';
import { keepChromiumIn } from './chromium-folder.ts';
import { createShellLanguage } from './language.ts';
import { createFileOpening, registerOpenings } from './openings.ts';
import { createErrorBox, createStartFailure } from './report.ts';
import { takeSingleInstance } from './single-instance.ts';

afterEach(resetElectron);
const event = () => ({ preventDefault: vi.fn() });
const file = (path: string) => ({ kind: 'file', path });

test('STYLE 9: the second of one data folder ends, the first does not', () => {
  expect(takeSingleInstance()).toBe(true);
  expect(app.quit).not.toHaveBeenCalled();
  app.requestSingleInstanceLock.mockReturnValueOnce(false);
  expect(takeSingleInstance()).toBe(false);
  expect(app.quit).toHaveBeenCalledOnce();
});

test('STYLE 9: whatever way an opening comes, it goes through the parser, and waits for the window', () => {
  const openings = registerOpenings(['sealkeep', '/start.enc', '--flag'], 'linux');
  const early = event();
  app.emit('open-file', early, '/early.enc');
  app.emit('open-url', event(), 'sealkeep://open?evil');
  const taken: unknown[] = [];
  openings.deliverTo((opening) => taken.push(opening));
  expect(taken).toEqual([file('/start.enc'), file('/early.enc')]);
  expect(early.preventDefault).toHaveBeenCalledOnce();
  app.emit('second-instance', {}, ['sealkeep', '/second.enc', 'sealkeep://evil'], '/anywhere');
  app.emit('open-file', event(), 'relative.enc');
  expect(taken.slice(2)).toEqual([{ kind: 'window' }, file('/second.enc')]);
});

test('a data folder that cannot be made is refused before anything is kept in it', () => {
  expect(() => keepChromiumIn('/dev/null/sealkeep')).toThrow(
    expect.objectContaining({
      code: 'DATA_FOLDER_UNUSABLE',
      details: expect.objectContaining({ reason: 'ENOTDIR' }),
    }),
  );
  expect(app.setPath).not.toHaveBeenCalled();
});

test.each([
  [['en-GB'], null, 'Sealkeep cannot start', 'The data folder /f cannot be used: EACCES.'],
  [['zh-TW'], null, 'Sealkeep 無法啟動', '資料夾'],
  [['en-GB'], 'zh-Hant', 'Sealkeep 無法啟動', '資料夾'],
  [['zh-TW'], 'en', 'Sealkeep cannot start', 'The data folder'],
] as const)(
  'a start that fails is told in the language: system %j, settings %s',
  (system, chosen, title, part) => {
    app.getPreferredSystemLanguages.mockReturnValueOnce([...system]);
    const { texts, choose } = createShellLanguage();
    choose(chosen);
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    createStartFailure(texts)(new SealkeepError('DATA_FOLDER_UNUSABLE', { folder: '/f', reason: 'EACCES' }));
    written.mockRestore();
    expect(dialog.showErrorBox.mock.calls).toEqual([[title, expect.stringContaining(part)]]);
    expect(app.exit).toHaveBeenCalledExactlyOnceWith(1);
    app.getPreferredSystemLanguages.mockReset().mockReturnValue(['en-GB']);
  },
);

/** A Sealkeep with somebody logged in or nobody, whose file opening tells of errors. */
function opening() {
  const now = { user: null as string | null, changed: () => undefined as unknown };
  const call = vi.fn(async (): Promise<BridgeResult<unknown>> => ({ ok: true, value: {} }));
  const offerPath = vi.fn(async () => ({ ref: 'r', name: 'a.enc', size: 1 }));
  const report = vi.fn();
  const tell = vi.fn();
  const sealkeep = {
    on: (_: string, listener: (event: never) => void) => {
      now.changed = () => listener(undefined as never);
      return () => undefined;
    },
    offerPath,
    report,
  };
  const open = createFileOpening(sealkeep, call, () => now.user, tell);
  return { now, call, offerPath, report, tell, open };
}

test('a file to open waits until somebody has logged in', async () => {
  const { now, call, offerPath, tell, open } = opening();
  open('/a.enc');
  now.changed();
  expect(offerPath).not.toHaveBeenCalled();
  now.user = 'ada';
  now.changed();
  now.changed();
  await vi.waitFor(() => expect(call.mock.calls).toEqual([['jobs.start', { refs: ['r'] }]]));
  expect(offerPath).toHaveBeenCalledExactlyOnceWith('/a.enc', 'file');
  expect(tell).not.toHaveBeenCalled();
});

test('a file that cannot be opened is told of, in a box over the window', async () => {
  const { now, call, offerPath, report, tell, open } = opening();
  now.user = 'ada';
  offerPath.mockRejectedValueOnce(new SealkeepError('FILE_NOT_FOUND', { file: '/home/ada/gone.enc' }));
  open('/home/ada/gone.enc');
  const gone = { code: 'FILE_NOT_FOUND', details: { file: 'gone.enc' } } as const;
  await vi.waitFor(() => expect(tell.mock.calls).toEqual([[gone]]));
  call.mockResolvedValueOnce({ ok: false, error: { code: 'NOT_LOGGED_IN', details: {} } });
  open('/a.enc');
  await vi.waitFor(() => expect(tell).toHaveBeenLastCalledWith({ code: 'NOT_LOGGED_IN', details: {} }));
  expect(report).not.toHaveBeenCalled();

  const defect = new TypeError('a defect');
  offerPath.mockRejectedValueOnce(defect);
  open('/a.enc');
  await vi.waitFor(() => expect(tell).toHaveBeenLastCalledWith({ code: 'INTERNAL', details: {} }));
  expect(report.mock.calls).toEqual([[defect]]);

  dialog.showMessageBox.mockResolvedValueOnce({ response: 0 });
  const window = new BrowserWindow({});
  const box = createErrorBox(window as never, createShellLanguage().texts);
  box(gone);
  window.isDestroyed = () => true;
  box(gone);
  expect(dialog.showMessageBox).toHaveBeenCalledExactlyOnceWith(
    window,
    expect.objectContaining({ type: 'error', message: 'There is no file gone.enc.' }),
  );
});
