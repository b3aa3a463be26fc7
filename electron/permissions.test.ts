import { expect, test, vi } from 'vitest';
import { createSession } from '../test/electron.stub.ts';
import { PAGE_URL } from './page-address.ts';
import { isPermitted, registerPermissions } from './permissions.ts';

const REFUSED =
  'clipboard-read deprecated-sync-clipboard-read display-capture fileSystem fullscreen geolocation hid idle-detection keyboardLock local-fonts local-network media mediaKeySystem midi midiSysex nfc notifications openExternal payment-handler persistent-storage pointerLock screen-wake-lock sensors serial smart-card speaker-selection storage-access usb vr web-printing window-management unknown toString constructor __proto__'.split(
    ' ',
  );

test.each(REFUSED)('STYLE 4: refused: %s', (permission) => {
  expect(isPermitted(permission, PAGE_URL)).toBe(false);
});

test('STYLE 4: our own page, in its main frame, may copy text; nobody else may', () => {
  expect(isPermitted('clipboard-sanitized-write', PAGE_URL)).toBe(true);
  expect(isPermitted('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
});

test('STYLE 4: all three handlers are set, and say no', () => {
  const session = createSession();
  registerPermissions(session as never);
  const request = session.setPermissionRequestHandler.mock.calls[0]?.[0];
  const check = session.setPermissionCheckHandler.mock.calls[0]?.[0];
  const device = session.setDevicePermissionHandler.mock.calls[0]?.[0];
  const asked = (permission: string, details: object) => {
    const answer = vi.fn();
    request(null, permission, answer, { requestingUrl: PAGE_URL, isMainFrame: true, ...details });
    return answer.mock.calls;
  };
  expect(asked('media', {})).toEqual([[false]]);
  expect(asked('clipboard-sanitized-write', {})).toEqual([[true]]);
  expect(asked('clipboard-sanitized-write', { isMainFrame: false })).toEqual([[false]]);
  expect(asked('clipboard-sanitized-write', { requestingUrl: 'https://example.com' })).toEqual([[false]]);
  expect(check(null, 'media', 'sealkeep-app://page', { isMainFrame: true })).toBe(false);
  expect(check(null, 'clipboard-sanitized-write', 'sealkeep-app://page', { isMainFrame: false })).toBe(false);
  expect(check(null, 'clipboard-sanitized-write', 'sealkeep-app://page/', { isMainFrame: true })).toBe(true);
  expect(device({ deviceType: 'hid' })).toBe(false);
});
