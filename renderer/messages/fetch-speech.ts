import type { Language } from '../../shared/bridge/state.ts';
import { ENGLISH, type Speech } from './speech.ts';

const FETCHED: Readonly<Record<Language, () => Promise<Speech>>> = {
  en: async () => ENGLISH,
  'zh-Hant': async () => (await import('./speech-zh-hant.ts')).CHINESE,
};

/** Who reads English fetches no other language. Rejects where the page's files are not to be had any more. */
export const fetchSpeech = (language: Language): Promise<Speech> => FETCHED[language]();
