import type { BridgeError, Language } from '../../shared/bridge/state.ts';
import { ERROR_SENTENCES } from '../../shared/messages/en.ts';
import { fillSentence } from '../../shared/messages/fill.ts';
import { ERROR_SENTENCES_ZH_HANT } from '../../shared/messages/zh-hant.ts';
import { printable } from '../../shared/names/printable.ts';
import { selectLanguage, selectLocale, useAppStore } from '../stores/app-store.ts';
import { createFormat, type Format } from './format.ts';
import { createTranslate, type Translate } from './texts.ts';

const ERRORS = { en: ERROR_SENTENCES, 'zh-Hant': ERROR_SENTENCES_ZH_HANT } as const;

/** All that a part needs to speak to a person. */
export interface Texts {
  readonly language: Language;
  readonly t: Translate;
  readonly format: Format;
  /** An error's sentence. */
  sentence(error: BridgeError): string;
}

/** Details are data; the one that is a word is said in the reader's language. */
function inWords(details: BridgeError['details'], t: Translate): BridgeError['details'] {
  const service = String(details['service'] ?? '').toLowerCase();
  if (service !== 'kms' && service !== 'cloud') return details;
  return { ...details, service: t(`service.${service}`) };
}

const made = new Map<string, Texts>();

/** One for each language and locale, made once. */
function textsFor(language: Language, locale: string): Texts {
  const id = `${language} ${locale}`;
  const t = createTranslate(language);
  const texts = made.get(id) ?? {
    language,
    t,
    format: createFormat(locale),
    sentence: ({ code, details }) =>
      // The page's own carrier has no address: it is the app that is gone, not a server.
      code === 'SERVER_UNREACHABLE' && !details['url']
        ? t('app.gone')
        : printable(fillSentence(ERRORS[language][code], inWords(details, t))),
  };
  made.set(id, texts);
  return texts;
}

export function useTexts(): Texts {
  return textsFor(useAppStore(selectLanguage), useAppStore(selectLocale));
}

/** For what speaks outside of React. */
export function currentTexts(): Texts {
  const data = useAppStore.getState();
  return textsFor(selectLanguage(data), selectLocale(data));
}
