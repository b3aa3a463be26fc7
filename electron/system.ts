import path from 'node:path';
import { type BrowserWindow, dialog, shell } from 'electron';
import type { AppSettings } from '../agent/app/app.ts';
import { assertExpected } from '../agent/trash/expected.ts';
import { SealkeepError } from '../shared/errors/error.ts';

/**
 * What the agent asks of the system. Paths come from the agent only, which made what lies there: no call of the page
 * names one.
 */
export function createSystem(window: () => BrowserWindow | undefined): AppSettings['system'] {
  return {
    async showInFolder(file) {
      if (!path.isAbsolute(file)) throw new TypeError('not a path of the agent');
      shell.showItemInFolder(file);
    },
    async trash(file, expected) {
      if (!path.isAbsolute(file)) throw new TypeError('not a path of the agent');
      await assertExpected(file, expected);
      await shell.trashItem(file).catch((cause: unknown) => {
        throw new SealkeepError('TRASH_FAILED', { file }, { cause });
      });
      return undefined;
    },
    async chooseFolder() {
      const options = {
        properties: ['openDirectory', 'createDirectory'],
      } satisfies Electron.OpenDialogOptions;
      const parent = window();
      const { canceled, filePaths } = parent
        ? await dialog.showOpenDialog(parent, options)
        : await dialog.showOpenDialog(options);
      return canceled ? undefined : filePaths[0];
    },
  };
}
