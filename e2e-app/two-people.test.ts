import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { choose, expectState, jobOf, makeFile, outputsOf, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';

const NOBODY_SHARES = 'Nobody shares a file with you yet';
const refresh = (page: Page) => page.getByRole('button', { name: 'Refresh' }).click();

test('a shared file is opened until sharing stops', async ({ personAt, workspace }) => {
  const [{ page: ana, me: owner }, { page: ben, me: reader }] = await Promise.all([
    personAt('ana', 'team'),
    personAt('ben', 'team'),
  ]);
  await showPanel(ben, 'Shared with me');
  await expect(ben.getByText(NOBODY_SHARES)).toBeVisible();

  await showPanel(ana, 'Cloud');
  await choose(ana, 'Upload files', [await makeFile(workspace, 'desk', 'plan.txt', 'the way there')]);
  await ana.getByRole('button', { name: 'Share plan.txt…' }).click();
  const dialog = ana.getByRole('dialog', { name: 'Share “plan.txt”' });
  await dialog.getByLabel('Person').fill(reader.name);
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  const stop = dialog.getByRole('button', { name: `Stop sharing with ${reader.name}` });
  await expect(stop).toBeVisible();

  await refresh(ben);
  const row = ben
    .getByRole('table', { name: 'Files shared with me' })
    .getByRole('row', { name: /plan\.txt/ });
  await expect(row).toContainText(owner.name);
  await row.getByRole('button', { name: 'Download and open plan.txt' }).click();
  await showPanel(ben, 'Files');
  const job = jobOf(ben, 'plan.txt');
  await expectState(job, 'Downloaded');
  const files = await outputsOf(job);
  expect(await readFile(files.find((file) => file.endsWith('.txt')) ?? '', 'utf8')).toBe('the way there');
  // The panel still shows the row when sharing has stopped.
  await showPanel(ben, 'Shared with me');
  await expect(row).toBeVisible();

  await stop.click();
  await expect(dialog.getByText('Only you.')).toBeVisible();
  await row.getByRole('button', { name: 'Download and open plan.txt' }).click();
  await expectState(jobOf(ben, 'plan.txt'), 'Not downloaded');
  await refresh(ben);
  await expect(ben.getByText(NOBODY_SHARES)).toBeVisible();

  // The sealed copy that ben has is refused as well: the key server decides at each opening.
  await showPanel(ben, 'Files');
  const kept = files.filter((file) => !file.endsWith('.txt'));
  expect(kept).toHaveLength(2);
  await choose(ben, 'Choose files', kept);
  await expectState(jobOf(ben, 'plan.txt.enc'), 'Not opened');
});
