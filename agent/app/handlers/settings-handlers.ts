import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** What the person chose for this app. */
export function settingsHandlers({ settings, store, changed }: AppParts) {
  return {
    'settings.change': async (patch) => {
      await store.change(patch);
      changed();
      return {};
    },
    'settings.choose-folder': async () => ({ folder: (await settings.system.chooseFolder?.()) ?? null }),
  } satisfies Partial<BridgeHandlers>;
}
