import type { Language } from '../bridge/state.ts';

/** The language to speak, for what the system prefers, best first. Any Chinese is nearer to ours than English is. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const [primary] = tag.toLowerCase().split('-');
    if (primary === 'zh') return 'zh-Hant';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
