import { type BrowserWindow, dialog, app as electronApp } from 'electron';
import type { App } from '../agent/app/app.ts';
import type { Texts } from './language.ts';
import { isUnderWay, type LastState } from './last-state.ts';

/** Closing the window ends Sealkeep; while jobs run it asks first. */
export function registerClosing(
  app: Pick<App, 'report'>,
  window: BrowserWindow,
  state: Pick<LastState, 'jobs'>,
  texts: Texts,
): void {
  let isAsking = false;
  const ask = async () => {
    const { say } = texts();
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: say('closing.question'),
      detail: say('closing.detail'),
      buttons: [say('closing.stay'), say('closing.leave')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (response === 1) window.destroy();
  };
  window.on('close', (event) => {
    if (!state.jobs().some(isUnderWay)) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch(app.report)
      .finally(() => {
        isAsking = false;
      });
  });
}

/**
 * The process ends when the app has: jobs cancelled without a trace, servers stopped.
 * @param first what else is to be done before.
 */
export function registerQuitting(app: Pick<App, 'close' | 'report'>, first: () => Promise<void>): void {
  let isClosed = false;
  let isClosing = false;
  electronApp.on('window-all-closed', () => electronApp.quit());
  electronApp.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    first()
      .catch(app.report)
      .then(() => app.close())
      .catch(app.report)
      .finally(() => {
        isClosed = true;
        electronApp.quit();
      });
  });
}

/**
 * For a launch that reaches this process when its window is gone and it only waits for its end: this process keeps the
 * lock until then.
 * @param argv of this process: what it was started to open is not opened again.
 * @returns starts Sealkeep once more when this one has ended, however often it is called.
 */
export function createRelaunch(argv: readonly string[]): () => void {
  let isAsked = false;
  return () => {
    // Unpacked, the first argument is the app.
    if (!isAsked) electronApp.relaunch({ args: electronApp.isPackaged ? [] : argv.slice(1, 2) });
    isAsked = true;
  };
}
