import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BridgeResult } from '../shared/bridge/carrier.ts';
import { BrowserWindow, clipboard, resetElectron } from '../test/electron.stub.ts';
import { CLEAR_AFTER_MS, createClipboardClearing, looksLikeSecret } from './clipboard-clearing.ts';
import { withContentProtection } from './content-protection.ts';

const OK: BridgeResult<unknown> = { ok: true, value: {} };
const REFUSED: BridgeResult<unknown> = { ok: false, error: { code: 'USER_NAME_TAKEN', details: {} } };
const hidden = vi.fn();
const shown = vi.fn();
const inner = vi.fn(async (_name: string, _input: unknown): Promise<BridgeResult<unknown>> => OK);
let window: BrowserWindow;
let call: ReturnType<typeof withContentProtection>;

beforeEach(() => {
  vi.useFakeTimers();
  window = new BrowserWindow({});
  call = withContentProtection(inner, () => window, { shown, hidden });
});
afterEach(() => {
  vi.useRealTimers();
  resetElectron();
});
const protections = () => window.setContentProtection.mock.calls.map(([enabled]) => enabled);

test('STYLE 11: the window is protected before the QR picture is made, until the recovery codes were kept', async () => {
  inner.mockImplementationOnce(async () => {
    expect(shown).toHaveBeenCalledOnce();
    expect(protections()).toEqual([true]);
    return OK;
  });
  await call('account.register', {});
  await call('account.confirm', {});
  await call('jobs.list', {});
  expect(protections()).not.toContain(false);
  await call('account.enter', {});
  expect(protections().at(-1)).toBe(false);
  expect(hidden).toHaveBeenCalledOnce();
});

test('STYLE 11: so is one whose page was loaded anew on the way', async () => {
  await call('account.enrolment', {});
  expect(protections()).toEqual([true]);
});

test('STYLE 11: a registration that was refused shows nothing; a wrong code leaves the picture where it is', async () => {
  inner.mockResolvedValueOnce(REFUSED);
  await call('account.register', {});
  expect(protections()).toEqual([true, false]);
  await call('account.register', {});
  inner.mockResolvedValueOnce(REFUSED);
  await call('account.confirm', {});
  inner.mockResolvedValueOnce(REFUSED);
  await call('account.enter', {});
  expect(protections().at(-1)).toBe(true);
});

test.each(['account.login', 'place.leave'])('STYLE 11: %s leaves those screens too', async (name) => {
  await call('account.register', {});
  await call(name, {});
  expect(protections()).toEqual([true, false]);
});

test.each([
  ['abcd-efgh-2345-zzzz', true],
  ['1. abcd-efgh-2345-zzzz\n2. bbbb-efgh-2345-zzzz\n', true],
  ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', true],
  ['JBSW Y3DP EHPK 3PXP\nJBSW Y3DP EHPK 3PXP ', true],
  ['otpauth://totp/Sealkeep:ada?secret=X', true],
  ['shopping list', false],
  ['2026-11-22', false],
  ['', false],
])('STYLE 11: the clipboard holds one of ours: %j %s', async (text, isOurs) => {
  expect(looksLikeSecret(text)).toBe(isOurs);
  clipboard.readText.mockResolvedValue(text);
  createClipboardClearing(() => undefined).hidden();
  await vi.advanceTimersByTimeAsync(CLEAR_AFTER_MS - 1);
  expect(clipboard.readText).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(clipboard.clear).toHaveBeenCalledTimes(isOurs ? 1 : 0);
});

test('STYLE 11: who quits leaves no secret in the clipboard either; where none was shown nobody looks', async () => {
  clipboard.readText.mockResolvedValue('abcd-efgh-2345-zzzz');
  const clearing = createClipboardClearing(() => undefined);
  await clearing.end();
  expect(clipboard.readText).not.toHaveBeenCalled();
  clearing.shown();
  await clearing.end();
  expect(clipboard.clear).toHaveBeenCalledOnce();
});
