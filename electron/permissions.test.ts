import { expect, test, vi } from 'vitest';
import { createSession } from '../test/electron.stub.ts';
import { PAGE_URL } from './page-address.ts';
import { isPermitted, type Permission, registerPermissions } from './permissions.ts';

/** All that Electron asks about but what is granted: one that a newer Electron adds does not compile until it stands here. */
const REFUSED: Readonly<Record<Exclude<Permission, 'clipboard-sanitized-write'>, true>> = {
  ar: true,
  'automatic-fullscreen': true,
  'background-fetch': true,
  'background-sync': true,
  'captured-surface-control': true,
  'clipboard-read': true,
  'deprecated-sync-clipboard-read': true,
  'display-capture': true,
  fileSystem: true,
  fullscreen: true,
  geolocation: true,
  'geolocation-approximate': true,
  'hand-tracking': true,
  hid: true,
  'idle-detection': true,
  keyboardLock: true,
  'local-fonts': true,
  'local-network': true,
  'local-network-access': true,
  'loopback-network': true,
  media: true,
  mediaKeySystem: true,
  midi: true,
  midiSysex: true,
  nfc: true,
  notifications: true,
  openExternal: true,
  'payment-handler': true,
  'periodic-background-sync': true,
  'persistent-storage': true,
  pointerLock: true,
  'screen-wake-lock': true,
  sensors: true,
  serial: true,
  'smart-card': true,
  'speaker-selection': true,
  'storage-access': true,
  'system-wake-lock': true,
  'top-level-storage-access': true,
  usb: true,
  vr: true,
  'web-app-installation': true,
  'web-printing': true,
  'window-management': true,
  unknown: true,
};

test.each([...Object.keys(REFUSED), 'toString', 'constructor', '__proto__'])(
  'STYLE 4: refused: %s',
  (permission) => {
    expect(isPermitted(permission, PAGE_URL)).toBe(false);
  },
);

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
