import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Dress, dress } from './support/dress.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import {
  anaHere,
  confirmKept,
  createAccount,
  logOut,
  readRecoveryCodes,
  startHere,
  typeFirstCode,
} from './support/person.ts';
import { textsIn } from './support/texts.ts';

const LIGHT: Dress = { theme: 'light', language: 'en' };
const DARK: Dress = { theme: 'dark', language: 'zh-Hant' };
/** Colours hang on the theme, names on the language, and neither on both: two looks see all of either. */
const DRESSES = [LIGHT, DARK];
const SCREENS = ['welcome', 'join', 'account', 'authenticator', 'recovery', 'login', 'reset'] as const;

test('axe finds nothing on any screen before the main window in either theme and language', async ({
  openApp,
}) => {
  const { page } = await openApp('ana');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const expectNone = async (title: `${(typeof SCREENS)[number]}.title`) => {
    for (const look of DRESSES) {
      const screen = textsIn(look.language)(title);
      await dress(page, look);
      await expect(page.getByRole('heading', { name: screen, level: 1 })).toBeVisible();
      await expectAccessible(page, screen);
    }
    await dress(page, LIGHT);
  };
  await expectNone('welcome.title');
  await page.getByRole('button', { name: /^Join a team/ }).click();
  await expectNone('join.title');
  await page.getByRole('button', { name: 'Back' }).click();
  await startHere(page);
  await expectNone('account.title');
  const authenticator = await createAccount(page, 'ana');
  await expectNone('authenticator.title');
  await typeFirstCode(page, await authenticator.code());
  await readRecoveryCodes(page);
  await expectNone('recovery.title');
  await confirmKept(page, 'register');
  await logOut(page, 'ana');
  await expectNone('login.title');
  await page.getByRole('button', { name: 'I was given a reset code' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expectNone('reset.title');
});

/** Takes an item of a row's menu. */
async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

test('axe finds nothing on any panel, nor on the dialogs of keys, people and the account', async ({
  openApp,
  workspace,
}) => {
  // axe looks forty times, which takes seconds on a machine of its own and a minute on one that is shared.
  test.slow();
  const { page, ana } = await anaHere(openApp);
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
  await showPanel(page, 'Keys');
  await page.getByRole('button', { name: 'Rotate now' }).click();
  await expect(page.getByTestId('version')).toHaveCount(2);
  await choose(page, 'Actions for version 1', 'Revoke…');
  await page.getByLabel('Code from your authenticator').fill(await ana.authenticator.code());
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('button', { name: 'Which files?' })).toBeVisible();

  const dialog = page.getByRole('dialog');
  /** As it opens, or with what it says where nothing was filled in. */
  const expectDialog = async (title: string, go?: string) => {
    // axe asks for no name of a dialog that is the browser's own.
    await expect(page.getByRole('dialog', { name: title, exact: true })).toBeVisible();
    if (go !== undefined) {
      await dialog.getByRole('button', { name: go, exact: true }).click();
      await expect(dialog.locator('.field-problem').first()).toBeVisible();
    }
    await expectAccessible(page, title, 'dialog');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };
  for (const look of DRESSES) {
    const t = textsIn(look.language);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await dress(page, look);
    const expectPanel = async (panel: string) => {
      await showPanel(page, panel);
      await expect(page.getByRole('heading', { name: panel, level: 1 })).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectAccessible(page, panel);
    };
    for (const panel of ['files', 'cloud', 'shared'] as const) await expectPanel(t(`nav.${panel}`));

    await showPanel(page, t('nav.activity'));
    await page
      .locator('summary')
      .filter({ hasText: t('activity.filter') })
      .click();
    await expectPanel(t('nav.activity'));

    await expectPanel(t('nav.people'));
    const me = { name: 'ana' };
    for (const act of ['disable', 'reset', 'member'] as const) {
      await choose(page, t('row.actions', me), t(`people.${act}`));
      await expectDialog(t(`people.${act}.title`, me), act === 'reset' ? t('people.reset.go') : undefined);
    }
    await press(t('invitations.make'));
    await expectAccessible(page, t('invitations.make.title'), 'dialog');
    await dialog.getByRole('button', { name: t('invitations.make.go') }).click();
    await expectDialog(t('invitations.made'));

    await expectPanel(t('nav.settings'));
    await press(t('settings.servers.leave'));
    await expectDialog(t('settings.leave.title'));
    await press(t('own.password'));
    await expectDialog(t('own.password.title'), t('own.password.go'));
    await press(t('own.authenticator'));
    await expectDialog(t('own.authenticator.title'), t('action.continue'));
    await press(t('own.codes'));
    await expectDialog(t('own.codes.title'), t('own.codes.go'));
    await press(t('own.delete'));
    await expectDialog(t('own.delete.title', { user: 'ana' }), t('own.delete.go'));

    // Last: what is said of the revocation covers the menus for a while.
    await expectPanel(t('nav.keys'));
    const active = { version: '2' };
    const revoked = { version: '1' };
    await choose(page, t('keys.actions', active), t('keys.disable'));
    await expectDialog(t('keys.disable.title', active), t('keys.disable.go'));
    for (const act of ['enable', 'destroy'] as const) {
      await choose(page, t('keys.actions', revoked), t(`keys.${act}`));
      await expectDialog(t(`keys.${act}.title`, revoked));
    }
    await press(t('keys.needing.show'));
    await expectDialog(t('keys.needing.title'));
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
    const expectNone = (what: string) => expectAccessible(page, `${what}, ${theme}`);
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
