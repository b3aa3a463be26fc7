import type { Locator, Page } from '@playwright/test';
import { createAuthenticator } from '../e2e/support/authenticator.ts';
import { makeFile } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { expectMainWindow, PASSWORD } from './support/person.ts';
import { readQr } from './support/qr.ts';

/** More controls than any screen has. */
const MANY = 60;

/** Goes to a control as a person without a mouse does. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  const isThere = () => control.evaluate((element) => element === document.activeElement);
  for (let left = MANY; !(await isThere()); left -= 1) {
    if (left === 0) throw new Error('the Tab key does not lead there');
    await page.keyboard.press('Tab');
  }
}

async function press(page: Page, control: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press(key);
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

test('first launch, upload, sharing and deleting by keyboard alone', async ({ openApp, team, workspace }) => {
  const { page } = await openApp('ana');
  const ben = await team.newPerson('ben');
  const name = team.newName('ana');
  const button = (label: string | RegExp) => page.getByRole('button', { name: label, exact: true });

  await press(page, page.getByRole('button', { name: /^Join a team/ }));
  await type(page, 'Key server (KMS) address', team.kms);
  await type(page, 'Cloud address', team.cloud);
  await page.keyboard.press('Enter');
  // Each screen begins at its first field.
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type(name);
  await type(page, 'Choose a password', PASSWORD);
  await page.keyboard.press('Enter');
  const authenticator = createAuthenticator(
    await readQr(page.getByAltText('QR code for your authenticator')),
  );
  await expect(page.getByLabel('Six-digit code')).toBeFocused();
  await page.keyboard.type(await authenticator.code());
  await press(page, page.getByLabel('I have kept these codes in a safe place.'), 'Space');
  await press(page, button('Open Sealkeep'));
  await expectMainWindow(page, name);

  await press(page, button('Cloud'));
  const chooser = page.waitForEvent('filechooser');
  await press(page, button('Upload files'));
  await (await chooser).setFiles([await makeFile(workspace, 'desk', 'plan.txt', 'the way there')]);
  const row = page.getByRole('row', { name: /plan\.txt/ });
  await expect(row).toBeVisible();

  await press(page, button('Share plan.txt…'));
  await expect(page.getByLabel('Person')).toBeFocused();
  await page.keyboard.type(ben.name);
  await page.keyboard.press('Enter');
  const stop = button(`Stop sharing with ${ben.name}`);
  await expect(stop).toBeVisible();
  await press(page, stop);
  await expect(page.getByText('Only you.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button('Share plan.txt…')).toBeFocused();

  await press(page, button('Actions for plan.txt'));
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).toBeFocused();
  await page.keyboard.press('Enter');
  // What can't be taken back is not what a hasty key does.
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press(page, page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }));
  await expect(page.getByText('Nothing in the cloud yet')).toBeVisible();

  await press(page, button(`Account: ${name}`));
  await expect(page.getByRole('menuitem', { name: 'Log out' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
});
