import type { BrowserWindow } from 'electron';
import type { BridgeCallName } from '../shared/bridge/calls.ts';
import type { ClipboardClearing } from './clipboard-clearing.ts';
import type { Call } from './ipc.ts';

/** Between these calls the window shows what nobody else may see: the QR picture, its secret, recovery codes. */
const SHOWS: ReadonlySet<string> = new Set<BridgeCallName>([
  'account.register',
  'account.confirm',
  'account.enrolment',
]);
const HIDES: ReadonlySet<string> = new Set<BridgeCallName>(['account.enter', 'account.login', 'place.leave']);

/**
 * Keeps the window out of screenshots and shared screens from before a secret comes into it until it has gone.
 * @param secrets told of both.
 */
export function withContentProtection(
  call: Call,
  window: () => Pick<BrowserWindow, 'setContentProtection'> | undefined,
  secrets: Pick<ClipboardClearing, 'shown' | 'hidden'>,
): Call {
  let isShown = false;
  const show = (shown: boolean) => {
    if (shown) secrets.shown();
    else if (isShown) secrets.hidden();
    isShown = shown;
    window()?.setContentProtection(shown);
  };
  return async (name, input) => {
    const before = isShown;
    if (SHOWS.has(name)) show(true);
    const result = await call(name, input);
    if (SHOWS.has(name) && !result.ok && !before) show(false);
    if (HIDES.has(name) && result.ok && isShown) show(false);
    return result;
  };
}
