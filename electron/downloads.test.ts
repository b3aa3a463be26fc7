import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shellTexts } from '../shared/messages/shell-texts.ts';
import { recoveryFileName } from '../shared/names/recovery-file.ts';
import { createSession, dialog, resetElectron } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { registerDownloads } from './downloads.ts';

let session: ReturnType<typeof createSession>;
beforeEach(() => {
  session = createSession();
  registerDownloads(session as never, () => shellTexts('zh-Hant'));
});
afterEach(resetElectron);

const CODES = {
  getURL: 'blob:sealkeep-app://page/1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  getInitiatorOrigin: 'sealkeep-app://page',
  getMimeType: 'text/plain',
  getTotalBytes: 300,
  getFilename: recoveryFileName('愛.ana'),
};

/** Plays a download of the page; what it would save as, or undefined where it was refused. */
function download(details: Partial<Record<keyof typeof CODES, unknown>>) {
  const facts = Object.entries({ ...CODES, ...details }).map(([name, value]) => [name, () => value]);
  const setSaveDialogOptions = vi.fn();
  const item = Object.assign(new EventEmitter(), Object.fromEntries(facts), { setSaveDialogOptions });
  const preventDefault = vi.fn();
  session.emit('will-download', { preventDefault }, item);
  const isRefused = preventDefault.mock.calls.length === 1;
  return { item, options: isRefused ? undefined : setSaveDialogOptions.mock.calls[0]?.[0] };
}

test('STYLE 5: recovery codes are saved where the person says, under the name that the page gave', () => {
  expect(download({}).options).toEqual({
    title: '儲存復原碼',
    defaultPath: 'sealkeep-recovery-codes-愛.ana.txt',
    filters: [{ name: '文字檔', extensions: ['txt'] }],
    properties: ['showOverwriteConfirmation', 'dontAddToRecent'],
  });
});

test.each<readonly [string, Partial<Record<keyof typeof CODES, unknown>>]>([
  ...FOREIGN_ADDRESSES.filter((url) => !url.startsWith('blob:')).map(
    (url) => [`from ${url}`, { getURL: url }] as const,
  ),
  ...FOREIGN_ADDRESSES.map((url) => [`started by ${url}`, { getInitiatorOrigin: url }] as const),
  ['of another page’s bytes', { getURL: 'blob:https://example.com/1' }],
  ['started by a page without an origin', { getInitiatorOrigin: 'null' }],
  ['of the page itself', { getURL: 'sealkeep-app://page/index.html' }],
  ['of another kind', { getMimeType: 'application/x-msdownload' }],
  ['that is no text', { getMimeType: 'text/html' }],
  ['that is large', { getTotalBytes: 8 * 1024 + 1 }],
  ['of another name', { getFilename: 'report.txt' }],
  ['of another ending', { getFilename: 'sealkeep-recovery-codes-ana.txt.exe' }],
  ['that names a folder', { getFilename: 'sealkeep-recovery-codes-../../x.txt' }],
])('STYLE 5: no download %s', (name, details) => {
  if (name === 'from blob:sealkeep-app://page/1b4e28ba')
    return expect(download(details).options).toBeDefined();
  expect(download(details).options).toBeUndefined();
});

test('codes that could not be written are not thought saved', () => {
  download({}).item.emit('done', {}, 'cancelled');
  download({}).item.emit('done', {}, 'completed');
  expect(dialog.showErrorBox).not.toHaveBeenCalled();
  download({}).item.emit('done', {}, 'interrupted');
  expect(dialog.showErrorBox).toHaveBeenCalledExactlyOnceWith('Sealkeep', expect.stringMatching(/未能儲存/));
});
