import { readFile } from 'node:fs/promises';
import { startServers } from '../e2e/support/servers.ts';
import { choose, drop, expectState, jobOf, makeFile, outputsOf, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { expectMainWindow, joinTeam, logIn, register } from './support/person.ts';

test('what one computer uploads, another one lists, downloads and opens', async ({ openApp, workspace }) => {
  const servers = await startServers(workspace);
  const { page } = await openApp('desk');
  await joinTeam(page, servers);
  const ana = await register(page, 'ana');
  await showPanel(page, 'Cloud');
  await expect(page.getByText('Nothing in the cloud yet')).toBeVisible();
  const letter = await makeFile(workspace, 'desk', '日本語.txt', 'こんにちは');
  await choose(page, 'Upload files', [letter]);
  const mine = page.getByRole('table', { name: 'Files in the cloud' });
  await expect(mine.getByRole('row', { name: /日本語\.txt/ })).toContainText('Only you');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expect(mine.getByRole('row')).toHaveCount(3);

  const { page: other } = await openApp('laptop');
  await joinTeam(other, servers);
  await other.getByRole('button', { name: 'I already have an account' }).click();
  await logIn(other, 'ana', await ana.authenticator.code());
  await expectMainWindow(other, 'ana');
  await showPanel(other, 'Cloud');
  await other.getByLabel('Filter by name').fill('日本');
  await other.getByRole('button', { name: 'Actions for 日本語.txt' }).click();
  await other.getByRole('menuitem', { name: 'Download and open' }).click();
  await showPanel(other, 'Files');
  const job = jobOf(other, '日本語.txt');
  await expectState(job, 'Downloaded');
  const files = await outputsOf(job);
  const opened = files.find((file) => file.endsWith('.txt')) ?? '';
  expect(await readFile(opened, 'utf8')).toBe('こんにちは');
});
