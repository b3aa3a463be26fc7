import { defineConfig } from '@playwright/test';
import type { ShellOption } from './e2e-app/support/fixtures.ts';
import { findBrowser } from './scripts/find-browser.ts';
import { whyNoElectron } from './scripts/find-electron.ts';

const browser = findBrowser();

/** Playwright wants every variable to be there. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

/** The window end to end: one set of flows, in the browser shell and, where its binary is, in Electron. */
export default defineConfig<ShellOption>({
  testDir: 'e2e-app',
  testMatch: '**/*.test.ts',
  outputDir: 'out/e2e-app',
  workers: 2,
  fullyParallel: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    actionTimeout: 20_000,
    locale: 'en-GB',
    // A trace takes as long as what it records; `npm run test:app -- --trace retain-on-failure` keeps one where it is wanted.
    trace: 'off',
    screenshot: 'only-on-failure',
    video: 'off',
    launchOptions: {
      // Without a UTF-8 locale Chromium finds no file whose name is not ASCII.
      env: { ...inherited, LC_ALL: 'C.UTF-8' },
      ...(browser ? { executablePath: browser } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    },
  },
  projects: [
    { name: 'browser', use: { shell: 'browser' } },
    // The canary reads what the browser shell sends; Electron's carrier is another, over the same agent. A window ends
    // with its shell, a page does not.
    ...(whyNoElectron() === undefined
      ? [
          {
            name: 'electron',
            testIgnore: ['canary.test.ts', 'opener.test.ts', 'reloaded.test.ts', 'stopped.test.ts'],
            use: { shell: 'electron' as const },
          },
        ]
      : []),
  ],
});
