import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { app, createWebContents, resetElectron } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { registerNavigation } from './navigation.ts';
import { PAGE_URL } from './page-address.ts';

const out = { openUrl: vi.fn(), openOtpLink: vi.fn() };
const OTP_LINK = 'otpauth://totp/Sealkeep:ana?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sealkeep';
let contents: ReturnType<typeof createWebContents>;
beforeEach(() => {
  registerNavigation(out);
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
    expect(out.openUrl).toHaveBeenCalledExactlyOnceWith(url);
  },
);

const page = { url: PAGE_URL, parent: null };

test('STYLE 6: the authenticator link of our own page is handed over once and goes nowhere itself', () => {
  const followed = { url: OTP_LINK, isMainFrame: true, initiator: page };
  goesOn('will-frame-navigate', followed);
  expect(goesOn('will-navigate', followed)).toBe(false);
  expect(out.openOtpLink).toHaveBeenCalledExactlyOnceWith(OTP_LINK);
  expect(out.openUrl).not.toHaveBeenCalled();
});

test.each([
  ['a frame inside our page', { initiator: { ...page, parent: page } }],
  ['a frame of ours that goes there itself', { initiator: page, isMainFrame: false }],
  ['another page', { initiator: { url: 'https://example.com/', parent: null } }],
  ['a frame that is gone', { initiator: null }],
  ['nobody', {}],
  ['our page with another link', { initiator: page, url: 'otpauth://totp/x?secret=y' }],
])('STYLE 6: no link is handed over for %s', (_, details) => {
  const followed = { url: OTP_LINK, isMainFrame: true, ...details };
  expect(goesOn('will-frame-navigate', followed)).toBe(false);
  expect(goesOn('will-navigate', followed)).toBe(false);
  expect(out.openOtpLink).not.toHaveBeenCalled();
});
