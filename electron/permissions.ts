import type { Session } from 'electron';
import { isPageAddress } from './page-address.ts';

/** What Electron asks about, by its own types. */
export type Permission = Parameters<NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>>[1];
interface Rule {
  readonly granted: boolean;
  readonly reason: string;
}

/** What the page may do beyond showing itself. Whatever is not named is refused; Electron's own default is yes. */
const PERMISSIONS: Readonly<Partial<Record<Permission, Rule>>> = {
  'clipboard-sanitized-write': {
    granted: true,
    reason: 'recovery codes and "Details" are copied by a button; only text goes out, nothing is read',
  },
  'clipboard-read': {
    granted: false,
    reason: 'pasting needs no permission; reading unasked would see passwords',
  },
  'deprecated-sync-clipboard-read': { granted: false, reason: 'the same, by an older way' },
  media: { granted: false, reason: 'no camera, no microphone: the phone scans, not this computer' },
  'display-capture': { granted: false, reason: 'the screen may show a QR picture or recovery codes' },
  geolocation: { granted: false, reason: 'nothing depends on where the person is' },
  notifications: { granted: false, reason: 'the main process tells of ended jobs' },
  openExternal: { granted: false, reason: 'external-url.ts is the one way out' },
  fileSystem: { granted: false, reason: 'files cross as opaque references; the page reads none' },
  'persistent-storage': { granted: false, reason: 'the page keeps nothing on disk' },
  fullscreen: { granted: false, reason: 'a page over the whole screen can imitate another program' },
  pointerLock: { granted: false, reason: 'the same' },
  keyboardLock: { granted: false, reason: 'the same' },
  hid: { granted: false, reason: 'no devices' },
  serial: { granted: false, reason: 'no devices' },
  usb: { granted: false, reason: 'no devices' },
  midi: { granted: false, reason: 'no devices' },
};

/** Whether a page at `address` may; exported for its tests. */
export function isPermitted(permission: string, address: string): boolean {
  const rule = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission as Permission] : undefined;
  return rule?.granted === true && isPageAddress(address);
}

/** Answers all three questions that Electron asks, for the pages of `session`. */
export function registerPermissions(session: Session): void {
  session.setPermissionRequestHandler((_, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(isMainFrame && isPermitted(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_, permission, origin, { isMainFrame }) => isMainFrame && isPermitted(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
}
