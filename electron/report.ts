import { app, dialog } from 'electron';
import { isSealkeepError } from '../shared/errors/error.ts';
import { errorSentence } from '../shared/messages/en.ts';
import { textsFor } from './texts.ts';

/** Defects go where the program was started from; there is no crash reporter, whose dumps would hold keys. */
export function report(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
}

/** Without an app there is no page to say why: the system's own box does, and the process ends. */
export function endWithSentence(error: unknown): void {
  report(error);
  const sentence = isSealkeepError(error)
    ? errorSentence(error.code, error.details)
    : errorSentence('INTERNAL', {});
  dialog.showErrorBox(textsFor(null, app.getLocale()).cannotStart, sentence);
  app.exit(1);
}
