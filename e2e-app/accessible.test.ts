import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import {
  anaHere,
  createAccount,
  enterWindow,
  logOut,
  readRecoveryCodes,
  startHere,
  typeFirstCode,
} from './support/person.ts';

const PANELS = ['Files', 'Cloud', 'Shared with me', 'Settings'];

async function problems(page: Page): Promise<string[]> {
  // One document, so axe needs no window of its own to look at others; Electron gives it none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

test('axe finds nothing on any screen before the main window in either theme', async ({ openApp }) => {
  const { page } = await openApp('ana');
  const expectNone = async (screen: string) => {
    await expect(page.getByRole('heading', { name: screen, level: 1 })).toBeVisible();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect(await problems(page), `${screen}, ${theme}`).toEqual([]);
    }
  };
  await expectNone('Welcome to Sealkeep');
  await page.getByRole('button', { name: /^Join a team/ }).click();
  await expectNone('Join a team');
  await page.getByRole('button', { name: 'Back' }).click();
  await startHere(page);
  await expectNone('Create your account');
  const authenticator = await createAccount(page, 'ana');
  await expectNone('Set up your authenticator');
  await typeFirstCode(page, await authenticator.code());
  await readRecoveryCodes(page);
  await expectNone('Keep your recovery codes');
  await enterWindow(page, 'ana');
  await logOut(page, 'ana');
  await expectNone('Log in');
});

test('axe finds nothing on any panel in either theme', async ({ openApp }) => {
  const { page } = await anaHere(openApp);
  for (const theme of ['Light', 'Dark']) {
    await showPanel(page, 'Settings');
    await page.getByRole('radio', { name: theme }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase());
    for (const panel of PANELS) {
      await showPanel(page, panel);
      await expect(page.getByRole('heading', { name: panel, level: 1 })).toBeVisible();
      expect(await problems(page), `${panel}, ${theme}`).toEqual([]);
    }
  }
});
