import type { Language } from '../../shared/bridge/state.ts';

/** The window's language for what the system prefers, best first. Any Chinese is nearer to ours than English is. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const [primary] = tag.toLowerCase().split('-');
    if (primary === 'zh') return 'zh-Hant';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** What `Intl` is asked for: the system's own flavour of the language (English as in Ireland), else the plain one. */
export function chooseLocale(language: Language, preferred: readonly string[]): string {
  if (language === 'zh-Hant') return 'zh-TW';
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === 'en') ?? 'en';
}
