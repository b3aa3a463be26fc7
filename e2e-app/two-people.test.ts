import { readFile } from 'node:fs/promises';
import { startServers } from '../e2e/support/servers.ts';
import { choose, expectState, jobOf, makeFile, outputsOf, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { joinTeam, register } from './support/person.ts';

test('a shared file is opened until sharing stops', async ({ openApp, workspace }) => {
  const servers = await startServers(workspace);
  const [{ page: ana }, { page: ben }] = await Promise.all([openApp('ana'), openApp('ben')]);
  await joinTeam(ana, servers);
  await register(ana, 'ana');
  await joinTeam(ben, servers);
  await register(ben, 'ben');
  await showPanel(ben, 'Shared with me');
  await expect(ben.getByText('Nobody shares a file with you yet')).toBeVisible();

  await showPanel(ana, 'Cloud');
  await choose(ana, 'Upload files', [await makeFile(workspace, 'desk', 'plan.txt', 'the way there')]);
  await ana.getByRole('button', { name: 'Share plan.txt…' }).click();
  const dialog = ana.getByRole('dialog', { name: 'Share “plan.txt”' });
  await dialog.getByLabel('Person').fill('ben');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  const stop = dialog.getByRole('button', { name: 'Stop sharing with ben' });
  await expect(stop).toBeVisible();

  await ben.getByRole('button', { name: 'Refresh' }).click();
  const row = ben
    .getByRole('table', { name: 'Files shared with me' })
    .getByRole('row', { name: /plan\.txt/ });
  await expect(row).toContainText('ana');
  await row.getByRole('button', { name: 'Download and open plan.txt' }).click();
  await showPanel(ben, 'Files');
  const job = jobOf(ben, 'plan.txt');
  await expectState(job, 'Downloaded');
  const files = await outputsOf(job);
  expect(await readFile(files.find((file) => file.endsWith('.txt')) ?? '', 'utf8')).toBe('the way there');

  await stop.click();
  await expect(dialog.getByText('Only you.')).toBeVisible();
  // The sealed copy that ben has is refused as well: the key server decides at each opening.
  const kept = files.filter((file) => !file.endsWith('.txt'));
  await choose(ben, 'Choose files', kept);
  await expectState(jobOf(ben, 'plan.txt.enc'), 'Not opened');
  await showPanel(ben, 'Shared with me');
  await ben.getByRole('button', { name: 'Refresh' }).click();
  await expect(ben.getByText('Nobody shares a file with you yet')).toBeVisible();
});
