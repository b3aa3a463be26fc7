import { expect, type Page } from '@playwright/test';
import { createAuthenticator } from '../e2e/support/authenticator.ts';
import { startServers } from '../e2e/support/servers.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from '../e2e-app/support/files.ts';
import {
  createAccount,
  joinTeam,
  PASSWORD,
  readRecoveryCodes,
  register,
  typeFirstCode,
} from '../e2e-app/support/person.ts';
import { openInBrowser } from '../e2e-app/support/shells.ts';
import type { PictureParts } from './picture-parts.ts';

/** Dora administers a team where everybody is approved first; her key goes round, and the log tells of all of it. */
export async function tellOfPeople(parts: PictureParts): Promise<void> {
  const { browser, workspace, camera } = parts;
  const servers = await startServers(workspace, {
    data: workspace.path('approving'),
    environment: { KMS_REGISTRATION: 'approval' },
  });
  const { page, close } = await openInBrowser(workspace, 'dora', browser);
  camera.watch(page);
  await joinTeam(page, servers);
  const dora = await register(page, 'dora');
  const { page: waiting, close: closeWaiting } = await openInBrowser(workspace, 'emil', browser);
  camera.watch(waiting);
  await joinTeam(waiting, servers);
  await beforeApproval(parts, waiting);
  await people(parts, page, waiting, () => dora.authenticator.code());
  await closeWaiting();
  await keys(parts, page);
  await activity(parts, page);
  await settings(parts, page);
  await close();
  await servers.stop();
}

async function beforeApproval({ camera }: PictureParts, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I have an invitation' }).click();
  await camera.shoot('account-invited', page);
  const authenticator = await createAccount(page, 'emil');
  await typeFirstCode(page, await authenticator.code());
  await readRecoveryCodes(page);
  await page.getByLabel('I have kept these codes in a safe place.').check();
  await page.getByRole('button', { name: 'Open Sealkeep' }).click();
  await page.getByRole('heading', { name: 'Waiting for approval' }).waitFor();
  await camera.shoot('approval', page);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'I was given a reset code' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await camera.shoot('reset', page);
}

async function people(
  { camera }: PictureParts,
  page: Page,
  waiting: Page,
  code: () => Promise<string>,
): Promise<void> {
  await showPanel(page, 'People');
  await page.getByRole('button', { name: 'Invite…' }).click();
  await camera.shoot('invite', page);
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await page.getByTestId('hand-over').waitFor();
  await camera.shoot('invitation', page);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('heading', { name: 'Members' }).click();
  await camera.shoot('people', page, { height: 900 });
  await page.getByRole('button', { name: 'Approve emil' }).click();
  const menu = page.getByRole('button', { name: 'Actions for emil' });
  await menu.click();
  await camera.shoot('people-menu', page);
  await page.getByRole('menuitem', { name: 'Disable…' }).click();
  await camera.shoot('people-disable', page);
  await page.keyboard.press('Escape');
  await menu.click();
  await page.getByRole('menuitem', { name: 'Reset authenticator…' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Make a reset code' }).click();
  await camera.shoot('people-reset', page);
  await page.getByLabel('Code from your authenticator').fill(await code());
  await page.locator('dialog').getByRole('button', { name: 'Make a reset code' }).click();
  const resetCode = await page.getByTestId('hand-over').innerText();
  await camera.shoot('people-reset-code', page);
  await page.getByRole('button', { name: 'Done' }).click();

  await waiting.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await waiting.getByLabel('Reset code').fill(resetCode);
  await waiting.getByRole('button', { name: 'Continue' }).click();
  await waiting.getByAltText('QR code for your authenticator').waitFor();
  await camera.shoot('authenticator-new', waiting);
  const uri = await waiting.locator('a[href^="otpauth:"]').getAttribute('href');
  const authenticator = createAuthenticator(uri ?? '');
  await typeFirstCode(waiting, await authenticator.code());
  await readRecoveryCodes(waiting);
  await camera.shoot('recovery-renewed', waiting);
  await waiting.getByLabel('I have kept these codes in a safe place.').check();
  await waiting.getByRole('button', { name: 'Go to the login' }).click();
  // So that the log has something refused.
  await waiting.getByLabel('Password', { exact: true }).fill('not the password');
  await waiting.getByLabel('Code from your authenticator').fill(authenticator.wrongCode());
  await waiting.locator('.note-danger').waitFor();
  await waiting.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await waiting.getByLabel('Code from your authenticator').fill(await authenticator.code());
  await waiting.getByRole('button', { name: 'I have read this' }).waitFor();
  await camera.shoot('notice', waiting);
}

async function keys({ workspace, camera }: PictureParts, page: Page): Promise<void> {
  await showPanel(page, 'Keys');
  await page.getByTestId('version').waitFor();
  await camera.shoot('keys-first', page);
  await showPanel(page, 'Cloud');
  for (const name of ['plan.txt', '合約書（最終版）.pdf']) {
    await drop(page, [await makeFile(workspace, 'desk-of-dora', name, name)]);
    await page.getByRole('row').filter({ hasText: name }).waitFor();
  }
  await showPanel(page, 'Keys');
  for (const version of [2, 3]) {
    await page.getByRole('button', { name: 'Rotate now' }).click();
    await expectState(jobOf(page, `Wrapped keys to version ${version} of my key`), 'Carried over');
  }
  await page.getByRole('heading', { name: 'My key' }).click();
  await camera.shoot('keys', page, { height: 900 });
  await page.getByRole('button', { name: 'Actions for version 3' }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Revoke' }).click();
  await camera.shoot('keys-revoke', page);
  await page.keyboard.press('Escape');
}

async function activity({ camera }: PictureParts, page: Page): Promise<void> {
  await showPanel(page, 'Activity');
  await page.getByTestId('activity').first().waitFor();
  await camera.shoot('activity', page, { height: 900 });
  // The key server signs once a minute.
  await expect(async () => {
    await page.getByRole('button', { name: 'Verify' }).click();
    await expect(page.getByText('The log holds')).toBeVisible();
  }).toPass({ timeout: 90_000 });
  await page.locator('.filters summary').click();
  await page.getByLabel('Decision').selectOption('refused');
  await page.getByRole('button', { name: 'Apply' }).click();
  await camera.shoot('activity-filtered', page, { height: 900 });
}

async function settings({ camera }: PictureParts, page: Page): Promise<void> {
  await showPanel(page, 'Settings');
  await page.getByText('this login').waitFor();
  await camera.shoot('settings-team', page, { height: 1400 });
  const dialog = page.locator('dialog');
  for (const [button, picture] of [
    ['Change password…', 'own-password'],
    ['New authenticator…', 'own-authenticator'],
    ['New recovery codes…', 'own-codes'],
    ['Delete account…', 'own-delete'],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    await dialog.locator('button[type=submit]').click();
    await camera.shoot(picture, page);
    await page.keyboard.press('Escape');
  }
}
