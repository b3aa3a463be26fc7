import { homedir } from 'node:os';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { BridgeHandlers } from '../app.ts';
import { namedFolder } from '../settings/named-folder.ts';
import type { AppParts } from './app-parts.ts';

/** What the person chose for this app. */
export function settingsHandlers({ settings, store, changed }: AppParts) {
  const { system, dataFolder, homeFolder: home = homedir() } = settings;

  /** @throws SealkeepError REQUEST_INVALID, OUTPUT_FOLDER_REFUSED */
  async function folderOf(text: string): Promise<string> {
    // The default, which no page names.
    if (text === '') return text;
    if (system.chooseFolder)
      throw new SealkeepError('REQUEST_INVALID', { reason: 'this shell asks for folders by a dialog' });
    return namedFolder(text, { home, dataFolder });
  }

  return {
    'settings.change': async ({ output_folder, ...patch }) => {
      const folder = output_folder === undefined ? {} : { output_folder: await folderOf(output_folder) };
      await store.change({ ...patch, ...folder });
      changed();
      return {};
    },
    'settings.choose-folder': async () => {
      const folder = await system.chooseFolder?.();
      if (folder === undefined) return { folder: null };
      await store.change({ output_folder: folder });
      changed();
      return { folder };
    },
  } satisfies Partial<BridgeHandlers>;
}
