import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
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

const PANELS = ['Files', 'Cloud', 'Shared with me', 'Keys', 'Activity', 'People', 'Settings'];

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
      await expect(page.locator('.skeleton')).toHaveCount(0);
      expect(await problems(page), `${panel}, ${theme}`).toEqual([]);
    }
  }
  await page.getByLabel('Language').selectOption('zh-Hant');
  for (const panel of await page.locator('nav li').all()) {
    await panel.getByRole('button').click();
    await expect(page.locator('.skeleton')).toHaveCount(0);
    expect(await problems(page), await panel.innerText()).toEqual([]);
  }
});

test('axe finds nothing on panels and dialogs that are full in either theme', async ({
  personAt,
  team,
  workspace,
}) => {
  const { page } = await personAt('ana', 'team');
  const ben = await team.newPerson('ben');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
  await drop(page, [await makeFile(workspace, 'desk', 'broken.enc', 'SEALKEEP is how it begins')]);
  await expectState(jobOf(page, 'broken.enc'), 'Not opened');
  await showPanel(page, 'Cloud');
  await drop(page, [
    await makeFile(workspace, 'desk', 'plan.txt', 'the way there'),
    await makeFile(workspace, 'desk', '日本語.txt', 'こんにちは'),
  ]);
  const dialog = page.getByRole('dialog');
  for (const theme of ['Light', 'Dark']) {
    const expectNone = async (what: string) => expect(await problems(page), `${what}, ${theme}`).toEqual([]);
    await showPanel(page, 'Settings');
    await page.getByRole('radio', { name: theme }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase());
    await showPanel(page, 'Files');
    await expect(page.getByTestId('job')).toHaveCount(4);
    await jobOf(page, 'broken.enc').getByText('Details', { exact: true }).click();
    await expectNone('Files');

    await showPanel(page, 'Cloud');
    await expect(page.getByRole('row')).toHaveCount(3);
    await page.getByRole('checkbox', { name: 'Choose plan.txt' }).check();
    await expectNone('Cloud');
    await page.getByRole('button', { name: 'Actions for plan.txt' }).click();
    await expect(page.getByRole('menuitem', { name: 'Delete…' })).toBeVisible();
    await expectNone('the menu of a row');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Share plan.txt…' }).click();
    await dialog.getByLabel('Person').fill('nobody at all');
    await dialog.getByRole('button', { name: 'Share', exact: true }).click();
    await expectNone('Share, with a name that nobody can have');
    await dialog.getByLabel('Person').fill(ben.name);
    await dialog.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(dialog.getByRole('button', { name: `Stop sharing with ${ben.name}` })).toBeVisible();
    await expectNone('Share');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Delete…' }).click();
    await expect(dialog.getByRole('heading', { name: 'Delete “plan.txt” from the cloud?' })).toBeVisible();
    await expectNone('Delete');
    await page.keyboard.press('Escape');
  }
});
