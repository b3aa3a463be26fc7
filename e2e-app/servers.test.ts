import { freePorts, serverSettings } from '../e2e/support/servers.ts';
import type { Workspace } from '../e2e/support/workspace.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { joinTeam, register } from './support/person.ts';

/** KMS and cloud as two processes, so that one of them can go away. */
async function startApart(workspace: Workspace) {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const start = async (service: 'kms' | 'cloud', said: RegExp) => {
    const environment = {
      ...serverSettings(kmsPort, cloudPort),
      SEALKEEP_HOME: workspace.path(`data-${service}`),
    };
    const running = workspace.start([service], { environment });
    await running.says(said);
    return async () => {
      running.signal('SIGTERM');
      await running.ended;
    };
  };
  const servers = {
    kms: `http://127.0.0.1:${kmsPort}`,
    cloud: `http://127.0.0.1:${cloudPort}`,
    startKms: () => start('kms', /The KMS is running/),
    startCloud: () => start('cloud', /The cloud is running/),
  };
  return { ...servers, stopKms: await servers.startKms(), stopCloud: await servers.startCloud() };
}

/** Servers that are away are asked again after 1, 2, 4 … 30 s. */
const BACK = { timeout: 60_000 };

test("a team's servers that go away, one after the other, and come back", async ({ openApp, workspace }) => {
  const servers = await startApart(workspace);
  const { page } = await openApp('ana');
  await joinTeam(page, servers);
  await register(page, 'ana');
  const pill = page.getByRole('button', { name: /^Servers:/ });
  const expectStates = async (kms: string, cloud: string) => {
    await pill.click();
    const states = page.getByRole('dialog', { name: 'Servers' }).getByRole('definition');
    await expect(states.nth(0)).toContainText(servers.kms);
    await expect(states.nth(0).getByText(kms, { exact: true })).toBeVisible();
    await expect(states.nth(1)).toContainText(servers.cloud);
    await expect(states.nth(1).getByText(cloud, { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
  };
  await expect(pill).toContainText(new URL(servers.kms).host);
  await expect(pill).toContainText('Ready');
  await expectStates('Ready', 'Ready');

  await servers.stopCloud();
  await showPanel(page, 'Cloud');
  await expect(page.getByText(/^The cloud is not answering/)).toBeVisible();
  await expect(pill).toContainText('Not answering');
  await expectStates('Ready', 'Not answering');
  await servers.startCloud();
  await expect(pill).toContainText('Ready', BACK);
  await expect(page.getByText('Nothing in the cloud yet')).toBeVisible();

  await servers.stopKms();
  await showPanel(page, 'Files');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  const job = jobOf(page, 'report.txt');
  await expectState(job, 'Not sealed');
  await expect(page.getByText(/^The key server is not answering/)).toBeVisible();
  await expect(pill).toContainText('Not answering');
  await expectStates('Not answering', 'Ready');
  await servers.startKms();
  await expect(pill).toContainText('Ready', BACK);
  await expectStates('Ready', 'Ready');
  await job.getByRole('button', { name: 'Try again: report.txt' }).click();
  await expectState(job, 'Sealed');
});
