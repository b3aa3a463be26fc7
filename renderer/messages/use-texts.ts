import type { BridgeError, Language } from '../../shared/bridge/state.ts';
import { fillSentence } from '../../shared/messages/fill.ts';
import { printable } from '../../shared/names/printable.ts';
import { selectLocale, useAppStore } from '../stores/app-store.ts';
import { createFormat, type Format } from './format.ts';
import type { Speech } from './speech.ts';
import { createTranslate, type Translate } from './texts.ts';

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
function textsFor(speech: Speech, locale: string): Texts {
  const { language, errors } = speech;
  const id = `${language} ${locale}`;
  const known = made.get(id);
  if (known) return known;
  const t = createTranslate(speech);
  const texts: Texts = {
    language,
    t,
    format: createFormat(locale),
    sentence: ({ code, details }) =>
      // The page's own carrier has no address: it is the app that is gone, not a server.
      code === 'SERVER_UNREACHABLE' && !details['url']
        ? t('app.gone')
        : printable(fillSentence(errors[code], inWords(details, t))),
  };
  made.set(id, texts);
  return texts;
}

export function useTexts(): Texts {
  return textsFor(
    useAppStore((app) => app.speech),
    useAppStore(selectLocale),
  );
}

/** For what speaks outside of React. */
export function currentTexts(): Texts {
  const data = useAppStore.getState();
  return textsFor(data.speech, selectLocale(data));
}
