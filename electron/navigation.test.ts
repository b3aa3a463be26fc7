import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { app, createWebContents, resetElectron } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { registerNavigation } from './navigation.ts';
import { PAGE_URL } from './page-address.ts';

const openExternal = vi.fn();
let contents: ReturnType<typeof createWebContents>;
beforeEach(() => {
  registerNavigation(openExternal);
  contents = createWebContents();
  app.emit('web-contents-created', {}, contents);
});
afterEach(resetElectron);

/** Whether an event of Electron's went on. */
function goesOn(name: string, details: object): boolean {
  const preventDefault = vi.fn();
  contents.emit(name, { ...details, preventDefault });
  return preventDefault.mock.calls.length === 0;
}

describe.each(['will-navigate', 'will-frame-navigate'])('STYLE 5: %s', (name) => {
  test('the page may load itself anew', () => {
    expect(goesOn(name, { url: PAGE_URL, isMainFrame: true })).toBe(true);
  });
  test('no frame inside it goes anywhere', () => {
    expect(goesOn(name, { url: PAGE_URL, isMainFrame: false })).toBe(false);
  });
  test.each(FOREIGN_ADDRESSES)('refused: %s', (url) => {
    expect(goesOn(name, { url, isMainFrame: true })).toBe(false);
  });
});

test.each([PAGE_URL, ...FOREIGN_ADDRESSES])(
  'STYLE 5: no redirect, no webview, no second window: %s',
  (url) => {
    expect(goesOn('will-redirect', { url, isMainFrame: true })).toBe(false);
    expect(goesOn('will-attach-webview', { url })).toBe(false);
    const [opened] = contents.setWindowOpenHandler.mock.calls;
    expect(opened?.[0]({ url })).toEqual({ action: 'deny' });
    expect(openExternal).toHaveBeenCalledExactlyOnceWith(url);
  },
);
