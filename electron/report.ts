import { app, type BrowserWindow, dialog } from 'electron';
import type { BridgeError } from '../shared/bridge/state.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import type { Texts } from './language.ts';

/** Defects go where the program was started from; there is no crash reporter, whose dumps would hold keys. */
export function report(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
}

/** Without an app there is no page to say why: the system's own box does, and the process ends. */
export function createStartFailure(texts: Texts): (error: unknown) => void {
  return (error) => {
    report(error);
    const { say, sentence } = texts();
    const { code, details } = isSealkeepError(error) ? error : { code: 'INTERNAL' as const, details: {} };
    dialog.showErrorBox(say('start.failed'), sentence(code, details));
    app.exit(1);
  };
}

/** Tells of what went wrong where the page did not ask for it, and so cannot say it. */
export function createErrorBox(window: BrowserWindow, texts: Texts): (error: BridgeError) => void {
  return ({ code, details }) => {
    if (window.isDestroyed()) return;
    dialog
      .showMessageBox(window, { type: 'error', message: texts().sentence(code, details), noLink: true })
      .catch(report);
  };
}
