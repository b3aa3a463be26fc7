import { afterEach, expect, test, vi } from 'vitest';
import { SealkeepError } from '../shared/errors/error.ts';
import { app, dialog, resetElectron } from '../test/electron.stub.ts';
import { keepChromiumIn } from './chromium-folder.ts';
import { createFileOpening, registerOpenings } from './openings.ts';
import { endWithSentence } from './report.ts';
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

test('a data folder that cannot be made ends with a sentence', () => {
  expect(() => keepChromiumIn('/dev/null/sealkeep')).toThrow(
    expect.objectContaining({
      code: 'DATA_FOLDER_UNUSABLE',
      details: expect.objectContaining({ reason: 'ENOTDIR' }),
    }),
  );
  expect(app.setPath).not.toHaveBeenCalled();
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  endWithSentence(new SealkeepError('DATA_FOLDER_UNUSABLE', { folder: '/f', reason: 'EACCES' }));
  written.mockRestore();
  expect(dialog.showErrorBox.mock.calls).toEqual([
    ['Sealkeep cannot start', 'The data folder /f cannot be used: EACCES.'],
  ]);
  expect(app.exit).toHaveBeenCalledExactlyOnceWith(1);
});

test('a file to open waits until somebody has logged in', async () => {
  let user: string | null = null;
  let changed = () => undefined as unknown;
  const call = vi.fn(async () => ({ ok: true as const, value: {} }));
  const offerPath = vi.fn(async () => ({ ref: 'r', name: 'a.enc', size: 1 }));
  const sealkeep = {
    on: (_: string, listener: (event: never) => void) => {
      changed = () => listener(undefined as never);
      return () => undefined;
    },
    offerPath,
    report: vi.fn(),
  };
  createFileOpening(sealkeep, call, () => user)('/a.enc');
  changed();
  expect(offerPath).not.toHaveBeenCalled();
  user = 'ada';
  changed();
  changed();
  await vi.waitFor(() => expect(call.mock.calls).toEqual([['jobs.start', { refs: ['r'] }]]));
  expect(offerPath).toHaveBeenCalledExactlyOnceWith('/a.enc');
});
