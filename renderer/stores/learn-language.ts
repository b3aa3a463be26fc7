import type { AppState } from '../../shared/bridge/state.ts';
import { fetchSpeech } from '../messages/fetch-speech.ts';
import { selectWantedLanguage, useAppStore } from './app-store.ts';

/**
 * Has the page speak the language that the settings, or the system, want now. One that can't be fetched is no reason to
 * show nothing: the page goes on as it speaks, and the console is told why.
 */
export async function learnLanguage(): Promise<void> {
  const speech = await fetchSpeech(selectWantedLanguage(useAppStore.getState())).catch(reportError);
  const { speak, ...data } = useAppStore.getState();
  // Another one may be wanted by now.
  if (speech?.language === selectWantedLanguage(data)) speak(speech);
}

/** Fetches what a state will want, so that the page does not show it in another language first. */
export async function prepareLanguage(state: AppState): Promise<void> {
  const { system } = useAppStore.getState();
  await fetchSpeech(selectWantedLanguage({ state, system })).catch(reportError);
}
