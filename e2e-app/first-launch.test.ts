import { expect, test } from './support/fixtures.ts';
import { register, startHere } from './support/person.ts';

test('first launch leads by a QR picture and ten recovery codes to the main window', async ({ openApp }) => {
  const { page } = await openApp('ana');
  await expect(page.getByRole('heading', { name: 'Welcome to Sealkeep' })).toBeVisible();
  await startHere(page);
  const { recoveryCodes } = await register(page, 'ana');
  expect(new Set(recoveryCodes).size).toBe(10);
  await expect(page.getByRole('heading', { name: 'Files', level: 1 })).toBeVisible();
  await expect(page.getByText('In this app Ready')).toBeVisible();
});
