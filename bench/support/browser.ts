import { type Browser, chromium } from '@playwright/test';
import config from '../../playwright.config.ts';
import { provideBrowser } from '../../scripts/find-browser.ts';

/** The browser that the tests of the window drive. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...config.use?.launchOptions, executablePath: provideBrowser() });
}
