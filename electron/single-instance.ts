import { app } from 'electron';

/**
 * Takes the lock of this person's data folder.
 * @returns false where another Sealkeep has it: that one was told of our arguments, and this one is to end.
 */
export function takeSingleInstance(): boolean {
  if (app.requestSingleInstanceLock()) return true;
  app.quit();
  return false;
}
