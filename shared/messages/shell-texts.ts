import type { Language } from '../bridge/state.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { ErrorDetails } from '../errors/error.ts';
import { ERROR_SENTENCES } from './en.ts';
import { fillSentence } from './fill.ts';
import { SHELL_EN, type ShellText } from './shell-en.ts';
import { SHELL_ZH_HANT } from './shell-zh-hant.ts';
import { ERROR_SENTENCES_ZH_HANT } from './zh-hant.ts';

/** What a shell says outside the page, in one language. */
export interface ShellTexts {
  say(text: ShellText, details?: ErrorDetails): string;
  /** The sentence for an error. */
  sentence(code: ErrorCode, details: ErrorDetails): string;
}

const CATALOGUES = {
  en: { texts: SHELL_EN, sentences: ERROR_SENTENCES },
  'zh-Hant': { texts: SHELL_ZH_HANT, sentences: ERROR_SENTENCES_ZH_HANT },
} as const satisfies Record<Language, unknown>;

export function shellTexts(language: Language): ShellTexts {
  const { texts, sentences } = CATALOGUES[language];
  return {
    say: (text, details = {}) => fillSentence(texts[text], details),
    sentence: (code, details) => fillSentence(sentences[code], details),
  };
}
