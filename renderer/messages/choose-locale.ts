import type { Language } from '../../shared/bridge/state.ts';

/** What `Intl` is asked for: the system's own flavour of the language (English as in Ireland), else the plain one. */
export function chooseLocale(language: Language, preferred: readonly string[]): string {
  if (language === 'zh-Hant') return 'zh-TW';
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === 'en') ?? 'en';
}
