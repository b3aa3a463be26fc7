import type { Page } from '@playwright/test';
import { ENGLISH, type Speech } from '../../renderer/messages/speech.ts';
import { CHINESE } from '../../renderer/messages/speech-zh-hant.ts';
import { createTranslate, type Translate } from '../../renderer/messages/texts.ts';
import type { Language } from '../../shared/bridge/state.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';

const SPEECHES: Readonly<Record<Language, Speech>> = { en: ENGLISH, 'zh-Hant': CHINESE };
const TEXTS: Readonly<Record<Language, Translate>> = {
  en: createTranslate(ENGLISH),
  'zh-Hant': createTranslate(CHINESE),
};

/** A system that prefers the language: the window follows it. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-Hant': 'zh-TW' };

/** The window's texts in a language: what a flow says it reads and presses. */
export const textsIn = (language: Language): Translate => TEXTS[language];

/** The sentence for an error without details. */
export const sentenceIn = (language: Language, code: ErrorCode): string => SPEECHES[language].errors[code];

/** The texts in the language that the page speaks, once it has heard from the agent which one that is. */
export async function textsOf(page: Page): Promise<Translate> {
  await page.locator('main:not(.starting)').waitFor();
  return textsIn((await page.locator('html').getAttribute('lang')) === 'zh-Hant' ? 'zh-Hant' : 'en');
}
