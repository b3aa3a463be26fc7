import type { Page } from '@playwright/test';
import { startServers } from '../e2e/support/servers.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import {
  createAccount,
  expectMainWindow,
  joinTeam,
  logIn,
  logInByRecovery,
  PASSWORD,
  readRecoveryCodes,
  register,
  setUpAuthenticator,
  typeFirstCode,
} from './support/person.ts';

const ENDED = 'Your login has ended. Log in again to go on where you were; your jobs are kept.';
const kept = (page: Page) => page.getByLabel('I have kept these codes in a safe place.').check();
const actOn = async (page: Page, name: string, item: string) => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('an administrator approves, disables and resets an authenticator; people mend and end their own accounts', async ({
  openApp,
  workspace,
}) => {
  const servers = await startServers(workspace, { environment: { KMS_REGISTRATION: 'approval' } });
  const [{ page: ana }, { page: ben }] = await Promise.all([openApp('ana'), openApp('ben')]);
  await joinTeam(ana, servers);
  const administrator = await register(ana, 'ana');

  await joinTeam(ben, servers);
  const first = await createAccount(ben, 'ben');
  await typeFirstCode(ben, await first.code());
  await readRecoveryCodes(ben);
  await kept(ben);
  await ben.getByRole('button', { name: 'Open Sealkeep' }).click();
  await expect(ben.getByRole('heading', { name: 'Waiting for approval' })).toBeVisible();

  await showPanel(ana, 'People');
  await ana.getByRole('button', { name: 'Approve ben' }).click();
  const row = ana.getByRole('row', { name: /^ben/ });
  await expect(row).toContainText('Active');
  await ben.getByRole('button', { name: 'Log in' }).click();
  await logIn(ben, 'ben', await first.code());
  await expectMainWindow(ben, 'ben');
  await expect(ben.getByRole('navigation').getByRole('button', { name: 'People' })).toBeHidden();
  await drop(ben, [await makeFile(workspace, 'desk', 'plan.txt', 'the plan')]);
  await expectState(jobOf(ben, 'plan.txt'), 'Sealed');

  await actOn(ana, 'ben', 'Disable…');
  await ana.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await showPanel(ben, 'Keys');
  await expect(ben.getByText(ENDED)).toBeVisible();
  await actOn(ana, 'ben', 'Enable…');
  await ana.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();

  await actOn(ana, 'ben', 'Reset authenticator…');
  await ana.getByLabel('Code from your authenticator').fill(await administrator.authenticator.code());
  await ana.getByRole('dialog').getByRole('button', { name: 'Make a reset code' }).click();
  const resetCode = await ana.getByTestId('hand-over').innerText();
  await ana.getByRole('button', { name: 'Done' }).click();
  await ben.getByRole('button', { name: 'I was given a reset code' }).click();
  await ben.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await ben.getByLabel('Reset code').fill(resetCode);
  await ben.getByRole('button', { name: 'Continue' }).click();
  const second = await setUpAuthenticator(ben);
  const [recoveryCode = ''] = await readRecoveryCodes(ben);
  await kept(ben);
  await ben.getByRole('button', { name: 'Go to the login' }).click();
  await logIn(ben, 'ben', await second.code());
  await expect(ben.getByText(/^ana gave out a code/)).toBeVisible();
  await ben.getByRole('button', { name: 'I have read this' }).click();
  await expect(ben.getByText(/^ana gave out a code/)).toBeHidden();

  // From another of his devices.
  const { page: laptop } = await openApp('laptop');
  await joinTeam(laptop, servers);
  await laptop.getByRole('button', { name: 'I already have an account' }).click();
  await logInByRecovery(laptop, 'ben', recoveryCode);
  await expectMainWindow(laptop, 'ben');
  await showPanel(ben, 'Settings');
  await ben.getByRole('button', { name: 'Log out all others' }).click();
  await expect(ben.getByRole('button', { name: 'Log out all others' })).toBeHidden();
  await showPanel(laptop, 'Keys');
  await expect(laptop.getByText(ENDED)).toBeVisible();

  await ben.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = ben.getByRole('dialog');
  const code = await second.code();
  const remove = async () => {
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByLabel('Code from your authenticator').fill(code);
    await dialog.getByRole('button', { name: 'Delete account' }).click();
  };
  await remove();
  // Nothing was done by it, and no code used up.
  await dialog.getByLabel('I know that one sealed file is lost for good.').check();
  await remove();
  await expect(ben.getByText('The account ben is deleted.')).toBeVisible();
  await expect(ben.getByRole('heading', { name: 'Create your account' })).toBeVisible();
  await showPanel(ana, 'Files');
  await showPanel(ana, 'People');
  await expect(ana.getByRole('row', { name: /^ana/ })).toBeVisible();
  await expect(row).toBeHidden();

  await showPanel(ana, 'Settings');
  await ana.getByRole('button', { name: 'New authenticator…' }).click();
  await ana.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await ana.getByLabel('Code from your current authenticator').fill(await administrator.authenticator.code());
  await ana.getByRole('button', { name: 'Continue' }).click();
  const third = await setUpAuthenticator(ana);
  await kept(ana);
  await ana.getByRole('button', { name: 'Go to the login' }).click();
  await logIn(ana, 'ana', await third.code());
  await expect(ana.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
});
