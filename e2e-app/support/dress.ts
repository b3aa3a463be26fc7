import type { Page } from '@playwright/test';
import type { Language, Settings } from '../../shared/bridge/state.ts';

export interface Dress {
  readonly theme: Exclude<Settings['theme'], 'system'>;
  readonly language: Language;
}

/** Shows the page in a theme and a language at once, on whatever screen it is, as the settings would. */
export async function dress(page: Page, { theme, language }: Dress): Promise<void> {
  await page.evaluate((settings) => window.sealkeep?.call('settings.change', settings), { theme, language });
  await page.locator(`html[lang="${language}"][data-theme="${theme}"]`).waitFor();
}
