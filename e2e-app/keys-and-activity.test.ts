import { readFile } from 'node:fs/promises';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { anaHere, expectMainWindow, logIn } from './support/person.ts';

test('a key is rotated and a version revoked; the log tells of it, holds, and is taken along', async ({
  openApp,
  workspace,
}) => {
  const { page, ana, close } = await anaHere(openApp);
  await showPanel(page, 'Cloud');
  for (const name of ['plan.txt', 'report.txt']) {
    await drop(page, [await makeFile(workspace, 'desk', name, name)]);
    await expect(page.getByRole('row', { name: new RegExp(name) })).toBeVisible();
  }
  await showPanel(page, 'Keys');
  const versions = page.getByTestId('version');
  await expect(versions).toHaveText([/^Version 1Active.*2 wrapped keys hang on it/]);
  await page.getByRole('button', { name: 'Rotate now' }).click();
  const job = jobOf(page, 'Wrapped keys to version 2 of my key');
  await expectState(job, 'Carried over');
  await expect(job).toContainText('2 wrapped keys were carried over.');
  await expect(versions).toHaveText([
    /^Version 2Active.*2 wrapped keys hang on it/,
    /^Version 1Readable.*No wrapped key/,
  ]);

  await page.getByRole('button', { name: 'Actions for version 1' }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Code from your authenticator').fill(ana.authenticator.wrongCode());
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await expect(dialog.getByText(/That code is not right/)).toBeVisible();
  await dialog.getByLabel('Code from your authenticator').fill(await ana.authenticator.code());
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await expect(versions.nth(1)).toContainText('Disabled');
  await page.getByRole('button', { name: 'Which files?' }).click();
  await expect(dialog.getByRole('listitem')).toHaveText(['plan.txt', 'report.txt']);
  await page.keyboard.press('Escape');

  await showPanel(page, 'Activity');
  const entries = page.getByTestId('activity');
  await expect(entries.filter({ hasText: 'You revoked a key version: version 1' })).toHaveCount(1);
  await page.locator('summary').filter({ hasText: 'Filter' }).click();
  await page.getByLabel('Decision').selectOption('Refused');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(entries).toHaveText([/^RefusedYou tried to revoke a key version.*That code is not right/]);
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await page.getByLabel('File').fill('plan.txt');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(entries.filter({ hasText: 'You sealed a file: plan.txt' })).toHaveCount(1);
  await expect(entries.filter({ hasText: 'report.txt' })).toHaveCount(0);

  // The key server signs where its log stands when it ends, at the latest.
  await close();
  const { page: again, canSave } = await openApp('ana');
  await logIn(again, 'ana', await ana.authenticator.code());
  await expectMainWindow(again, 'ana');
  await expectState(jobOf(again, 'Wrapped keys to version 2 of my key'), 'Carried over');
  await showPanel(again, 'Activity');
  await again.getByRole('button', { name: 'Verify' }).click();
  await expect(again.getByText(/^The log holds: \d+ entries were checked/)).toBeVisible();
  await again.getByRole('button', { name: 'Export' }).click();
  await expect(again.getByText(/^sealkeep-activity-.*\.jsonl is in /)).toBeVisible();
  if (!canSave) return;
  const [download] = await Promise.all([
    again.waitForEvent('download'),
    again.getByRole('button', { name: /^Save sealkeep-activity-/ }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).split('\n');
  expect(lines.some((line) => line.includes('disable-key-version'))).toBe(true);
});
