import { startServers } from '../e2e/support/servers.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { joinTeam, register } from './support/person.ts';

test("a team's servers that go away and come back", async ({ openApp, workspace }) => {
  const servers = await startServers(workspace);
  const ports = [Number(new URL(servers.kms).port), Number(new URL(servers.cloud).port)] as const;
  const { page } = await openApp('ana');
  await joinTeam(page, servers);
  await register(page, 'ana');
  const pill = page.getByRole('button', { name: /^Servers:/ });
  await expect(pill).toContainText('Ready');

  await servers.stop();
  await showPanel(page, 'Cloud');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(pill).toContainText('Not answering');
  await pill.click();
  const states = page.getByRole('dialog', { name: 'Servers' });
  await expect(states.getByText('Not answering', { exact: true })).toHaveCount(2);
  await page.keyboard.press('Escape');

  await startServers(workspace, { ports });
  await expect(pill).toContainText('Ready', { timeout: 60_000 });
  await showPanel(page, 'Files');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
});
