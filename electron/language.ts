import { app } from 'electron';
import type { App } from '../agent/app/app.ts';
import type { AppState, Language } from '../shared/bridge/state.ts';
import { chooseLanguage } from '../shared/messages/choose-language.ts';
import { type ShellTexts, shellTexts } from '../shared/messages/shell-texts.ts';

/** Gives the texts of the language that holds at the moment of asking. */
export type Texts = () => ShellTexts;

/** The language of all that the shell says: the one of the settings as far as they were read, else the system's. */
export function createShellLanguage() {
  let chosen: Language | null = null;
  const texts: Texts = () => shellTexts(chosen ?? chooseLanguage(app.getPreferredSystemLanguages()));
  return {
    texts,
    /** @param language null follows the system. */
    choose(language: Language | null): void {
      chosen = language;
    },
    /** @param changed told when another language was chosen in the settings. */
    follow(sealkeep: Pick<App, 'on'>, changed: () => void): void {
      sealkeep.on('app.changed', ({ settings }: AppState) => {
        if (settings.language === chosen) return;
        chosen = settings.language;
        changed();
      });
    },
  };
}
