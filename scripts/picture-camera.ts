import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { type Dress, dress } from '../e2e-app/support/dress.ts';

const WIDTHS = [360, 800, 1280] as const;
const THEMES = ['light', 'dark'] as const;
/** Each with what a system that prefers it says. */
const LANGUAGES = [
  ['en', 'en-GB'],
  ['zh-Hant', 'zh-TW'],
] as const;
/** The language of the story, which goes on in it after each picture. */
const STORY = { language: 'en', theme: 'light' } as const;

interface ShotOptions {
  /** Of the window, where what is to be seen is longer than the usual one. */
  readonly height?: number;
  /** What has to be done to the dressed page, and undone, for the pictures of one theme and language. */
  readonly around?: (take: () => Promise<void>) => Promise<void>;
}

export type Camera = ReturnType<typeof createCamera>;

/**
 * Takes a page as it stands, in both themes, both languages and three widths; axe looks at it in both themes. Only
 * pictures whose names contain all of `words` are taken.
 */
export function createCamera(folder: string, words: readonly string[]) {
  const complaints: string[] = [];
  let taken = 0;
  const isWanted = (name: string) => words.every((word) => name.includes(word));

  async function takeWidths(page: Page, name: string, { language, height }: ShotOptions & Dress) {
    for (const width of WIDTHS) {
      const picture = `${name}-${width}`;
      if (!isWanted(picture)) continue;
      await page.setViewportSize({ width, height: height ?? (width < 500 ? 740 : 800) });
      await settle(page);
      await page.screenshot({
        path: path.join(folder, `${picture}.png`),
        fullPage: true,
        animations: 'disabled',
      });
      taken += 1;
      const isTooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      if (isTooWide) complaints.push(`${picture}: wider than the window`);
      if (language !== STORY.language || width === 800) continue;
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations) {
        complaints.push(`${picture}: axe ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
      }
    }
  }

  return {
    complaints,
    count: () => taken,
    /** Writes down what a page's console says is wrong. */
    watch(page: Page): void {
      page.on('pageerror', (error) => complaints.push(error.message));
    },
    /** The page as it stands; theme and language come by the settings, as the person would change them. */
    async shoot(name: string, page: Page, options: ShotOptions = {}): Promise<void> {
      const around = options.around ?? ((take) => take());
      for (const [language] of LANGUAGES) {
        for (const theme of THEMES) {
          const picture = `${name}-${theme}-${language}`;
          if (!WIDTHS.some((width) => isWanted(`${picture}-${width}`))) continue;
          await dress(page, { theme, language });
          await around(() => takeWidths(page, picture, { ...options, theme, language }));
        }
      }
      await dress(page, STORY);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
    /** A page that can't reach the settings: theme and language are the system's. */
    async shootAlone(name: string, browser: Browser, open: (page: Page) => Promise<void>): Promise<void> {
      for (const [language, locale] of LANGUAGES) {
        for (const theme of THEMES) {
          const picture = `${name}-${theme}-${language}`;
          if (!WIDTHS.some((width) => isWanted(`${picture}-${width}`))) continue;
          const context = await browser.newContext({ locale, colorScheme: theme });
          const page = await context.newPage();
          await open(page);
          await takeWidths(page, picture, { theme, language });
          await context.close();
        }
      }
    },
  };
}

/** News that passes by is in no picture, and nothing is under the pointer. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    for (const button of document.querySelectorAll<HTMLElement>('.toast button')) button.click();
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
