import { drop, expectState, jobOf, makeFile } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { anaHere, expectMainWindow, logIn, logOut, PASSWORD } from './support/person.ts';

const REFUSED = /Name, password or code is not right/;

test('logging out and in; a wrong password and a used code are refused', async ({ openApp, workspace }) => {
  const { page, ana } = await anaHere(openApp);
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
  await logOut(page, 'ana');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('ana');

  await logIn(page, 'ana', ana.firstCode);
  await expect(page.getByText(REFUSED)).toBeVisible();
  await expect(page.getByLabel('Code from your authenticator')).toHaveValue('');
  await logIn(page, 'ana', await ana.authenticator.code(), 'not the password at all');
  await expect(page.getByText(REFUSED)).toBeVisible();
  await logIn(page, 'ana', await ana.authenticator.code());
  await expectMainWindow(page, 'ana');
  await expect(page.getByRole('heading', { name: 'Files', level: 1 })).toBeVisible();
});

test('a recovery code logs in once', async ({ openApp }) => {
  const { page, ana } = await anaHere(openApp);
  const [recoveryCode = ''] = ana.recoveryCodes;
  const logInByRecovery = async () => {
    await page.getByRole('button', { name: 'Lost your phone? Use a recovery code' }).click();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Recovery code').fill(recoveryCode.toUpperCase().replaceAll('-', ' '));
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  await logOut(page, 'ana');
  await logInByRecovery();
  await expectMainWindow(page, 'ana');
  await logOut(page, 'ana');
  await logInByRecovery();
  await expect(page.getByText(REFUSED)).toBeVisible();
});
