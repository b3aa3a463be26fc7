import type { SealkeepError } from '../shared/errors/error.ts';
import { errorJson, type Terminal } from './terminal.ts';

const told = new WeakSet<Terminal>();

/** Says that a command was cancelled: once, however many files and steps that ends, and to nobody who reads no more. */
export function noteCancel(terminal: Terminal, error: SealkeepError): void {
  if (terminal.isUnread || told.has(terminal)) return;
  told.add(terminal);
  terminal.note(errorJson(error).message);
}
