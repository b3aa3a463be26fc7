import { type BrowserWindow, dialog } from 'electron';
import type { Texts } from './language.ts';
import { PAGE_URL } from './page-address.ts';
import { createReloadLimit } from './reload-limit.ts';

/**
 * Brings the page back when its process has died, and offers to when it hangs. Agent, jobs and servers live in the main
 * process and go on; a page that keeps dying is loaded anew only when the person says so.
 * @param now milliseconds of a clock that never goes back.
 */
export function registerPageRecovery(
  window: BrowserWindow,
  texts: Texts,
  { now, report }: { readonly now: () => number; report(error: unknown): void },
): void {
  const limit = createReloadLimit(now);
  const load = () => void window.loadURL(PAGE_URL).catch(report);
  const askAfterLoop = async () => {
    const { say } = texts();
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: say('page.gone'),
      detail: say('page.gone.detail'),
      buttons: [say('page.reload'), say('page.close')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (window.isDestroyed()) return;
    if (response !== 0) return window.close();
    limit.reset();
    load();
  };
  window.webContents.on('render-process-gone', (_, { reason }) => {
    // The process of a page that closes ends so too.
    if (reason === 'clean-exit') return;
    report(new Error(`the page's process is gone: ${reason}`));
    // Not while Chromium is still taking the old process apart.
    setImmediate(() => {
      if (window.isDestroyed()) return;
      if (limit.take()) load();
      else askAfterLoop().catch(report);
    });
  });
  offerWhileHanging(window, texts, report);
}

/** Asks while the page does not answer; the box goes by itself when it does again. */
function offerWhileHanging(window: BrowserWindow, texts: Texts, report: (error: unknown) => void): void {
  let asking: AbortController | undefined;
  const ask = async (signal: AbortSignal) => {
    const { say } = texts();
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: say('page.hangs'),
      detail: say('page.hangs.detail'),
      buttons: [say('page.wait'), say('page.reload')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal,
    });
    // What loads it anew is that its process is gone.
    if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  };
  window.on('unresponsive', () => {
    if (asking) return;
    asking = new AbortController();
    ask(asking.signal)
      .catch(report)
      .finally(() => {
        asking = undefined;
      });
  });
  window.on('responsive', () => asking?.abort());
}
