import { expect, test } from './support/fixtures.ts';
import {
  createAccount,
  enterWindow,
  joinTeam,
  readRecoveryCodes,
  register,
  startHere,
  typeFirstCode,
} from './support/person.ts';
import { readQr } from './support/qr.ts';

test('first launch leads by a QR picture and ten recovery codes to the main window', async ({ openApp }) => {
  const { page } = await openApp('ana');
  await expect(page.getByRole('heading', { name: 'Welcome to Sealkeep' })).toBeVisible();
  await startHere(page);
  const authenticator = await createAccount(page, 'ana');

  await typeFirstCode(page, authenticator.wrongCode());
  await expect(page.getByText(/That code is not right/)).toBeVisible();
  await expect(page.getByLabel('Six-digit code')).toHaveValue('');
  await typeFirstCode(page, await authenticator.code());

  const recoveryCodes = await readRecoveryCodes(page);
  expect(new Set(recoveryCodes).size).toBe(10);
  await enterWindow(page, 'ana');
  await expect(page.getByRole('heading', { name: 'Files', level: 1 })).toBeVisible();
  await expect(page.getByText('In this app Ready')).toBeVisible();
});

test('a page that is loaded anew in the middle of it goes on where it was', async ({ openApp }) => {
  const { page } = await openApp('ana');
  await startHere(page);
  const authenticator = await createAccount(page, 'ana');
  const secret = (await page.getByTestId('totp-secret').innerText()).replaceAll(' ', '');
  await page.reload();
  expect(await readQr(page.getByAltText('QR code for your authenticator'))).toContain(secret);
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByText(/The account of ana waits for the first code/)).toBeVisible();
  await page.reload();
  await typeFirstCode(page, await authenticator.code());

  const recoveryCodes = await readRecoveryCodes(page);
  await page.reload();
  expect(await readRecoveryCodes(page)).toEqual(recoveryCodes);
  await enterWindow(page, 'ana');
});

test("a first launch may join a team's servers", async ({ openApp, team }) => {
  const { page } = await openApp('ana');
  await joinTeam(page, team);
  const { recoveryCodes } = await register(page, team.newName('ana'));
  expect(new Set(recoveryCodes).size).toBe(10);
  await expect(page.getByText(`${new URL(team.kms).host} Ready`)).toBeVisible();
});
