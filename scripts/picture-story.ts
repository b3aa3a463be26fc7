import { open, writeFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { createAuthenticator } from '../e2e/support/authenticator.ts';
import { createDevice, register as registerByCommand, serverOptions } from '../e2e/support/person.ts';
import { freePorts, serverSettings } from '../e2e/support/servers.ts';
import type { Workspace } from '../e2e/support/workspace.ts';
import {
  drop,
  dropFromDisk,
  expectState,
  jobOf,
  makeFile,
  outputsOf,
  showPanel,
} from '../e2e-app/support/files.ts';
import { joinTeam, PASSWORD, register, startHere } from '../e2e-app/support/person.ts';
import { readQr } from '../e2e-app/support/qr.ts';
import { openInBrowser } from '../e2e-app/support/shells.ts';
import type { PictureParts } from './picture-parts.ts';

/** Long enough in the making to be seen under way; it takes no room on the disk. */
const ENDLESS = 40 * 2 ** 30;

/** Ana starts alone, then joins a team, shares with Ben, and sees servers go away. */
export async function tellStory(parts: PictureParts): Promise<void> {
  const { browser, workspace } = parts;
  const { page, close } = await openInBrowser(workspace, 'ana', browser);
  parts.camera.watch(page);
  await beforeAnything(parts, page);
  await firstLaunch(parts, page);
  await aloneHere(parts, page);
  await withFolders(parts, page);
  await loggedOut(parts, page);
  const team = await startTeam(workspace);
  await page.getByRole('button', { name: 'Use other servers' }).click();
  await joining(parts, page, team);
  await register(page, 'ana');
  await filesUnderWay(parts, page);
  await cloudAndSharing(parts, page, team);
  await away(parts, page, team);
  await close();
}

async function beforeAnything({ browser, camera }: PictureParts, page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await camera.shootAlone('starting', browser, async (alone) => {
    await alone.route('**/admission', () => undefined);
    await alone.goto(`${origin}/#${'a'.repeat(43)}`);
    await alone.getByRole('status').first().waitFor();
  });
  await camera.shootAlone('not-let-in', browser, async (alone) => {
    await alone.goto(`${origin}/`);
    await alone.locator('.note').waitFor();
  });
}

async function firstLaunch({ camera }: PictureParts, page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome to Sealkeep' }).waitFor();
  await camera.shoot('welcome', page);
  await startHere(page);
  const go = page.getByRole('button', { name: 'Create account' });
  await go.click();
  await camera.shoot('account-missing', page);
  await page.getByLabel('Name', { exact: true }).fill('ana');
  await page.getByLabel('Choose a password').fill('ana12345678');
  await camera.shoot('account', page);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await go.click();
  const qr = page.getByAltText('QR code for your authenticator');
  const authenticator = createAuthenticator(await readQr(qr));
  await camera.shoot('authenticator', page);
  await page.getByLabel('Six-digit code').fill(authenticator.wrongCode());
  await page.locator('.note-danger').waitFor();
  await camera.shoot('authenticator-wrong', page);
  await page.getByLabel('Six-digit code').fill(await authenticator.code());
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
  await camera.shoot('recovery', page);
  await page.getByLabel('I have kept these codes in a safe place.').check();
  await page.getByRole('button', { name: 'Open Sealkeep' }).click();
}

async function aloneHere({ camera }: PictureParts, page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Files', level: 1 }).waitFor();
  await camera.shoot('files-empty', page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await camera.shoot('keyboard', page);
  await page.getByRole('button', { name: /^Servers:/ }).click();
  await camera.shoot('status', page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Account: ana' }).click();
  await camera.shoot('account-menu', page);
  await page.keyboard.press('Escape');
  await showPanel(page, 'Cloud');
  await page.getByText('Nothing in the cloud yet').waitFor();
  await camera.shoot('cloud-empty', page);
  await showPanel(page, 'Shared with me');
  await page.getByText('Nobody shares a file with you yet').waitFor();
  await camera.shoot('shared-empty', page);
  await showPanel(page, 'Settings');
  await page.getByText('This login').waitFor();
  await camera.shoot('settings', page, { height: 1150 });
  await page.getByRole('button', { name: 'Use other servers…' }).click();
  await camera.shoot('settings-leave', page);
  await page.keyboard.press('Escape');
}

/** Sealed and opened again, the way in which a page has them. */
async function withFolders({ camera, workspace }: PictureParts, page: Page): Promise<void> {
  await showPanel(page, 'Files');
  for (const name of ['beach.jpg', 'dunes.jpg', 'summer/film.mov'])
    await makeFile(workspace, 'ana/Photos 2026', name, `the content of ${name}`);
  await dropFromDisk(page, [workspace.path('ana', 'Photos 2026')]);
  const seal = jobOf(page, 'Photos 2026');
  await expectState(seal, 'Sealed');
  await dropFromDisk(page, await outputsOf(seal));
  await expectState(jobOf(page, 'Photos 2026.sealed'), 'Opened');
  await camera.shoot('files-folders', page);
}

async function loggedOut({ camera }: PictureParts, page: Page): Promise<void> {
  // As it ends by itself: the page does not ask for it by its menu.
  await page.evaluate(() => window.sealkeep?.call('account.logout', {}));
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await camera.shoot('login-ended', page);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByLabel('Code from your authenticator').fill('123456');
  await page.locator('.note-danger').waitFor();
  await camera.shoot('login-wrong', page);
  await page.getByRole('button', { name: 'Lost your phone?' }).click();
  await page.getByRole('button', { name: 'Log in' }).click();
  await camera.shoot('login-recovery', page);
}

interface Team {
  readonly kms: string;
  readonly cloud: string;
  stop(service: 'kms' | 'cloud'): Promise<void>;
}

/** KMS and cloud each in a process of its own, so that one of them can go away. */
async function startTeam(workspace: Workspace): Promise<Team> {
  const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
  const start = (service: 'kms' | 'cloud') =>
    workspace.start([service], {
      environment: {
        ...serverSettings(kmsPort, cloudPort),
        SEALKEEP_HOME: workspace.path(`team-${service}`),
      },
    });
  const running = { kms: start('kms'), cloud: start('cloud') };
  await Promise.all(Object.values(running).map((server) => server.says(/Stop it with Ctrl-C/)));
  return {
    kms: `http://127.0.0.1:${kmsPort}`,
    cloud: `http://127.0.0.1:${cloudPort}`,
    async stop(service) {
      running[service].signalGroup('SIGINT');
      await running[service].ended;
    },
  };
}

async function joining({ camera }: PictureParts, page: Page, team: Team): Promise<void> {
  await page.getByRole('button', { name: /^Join a team/ }).click();
  await camera.shoot('join', page);
  await page.getByLabel('Key server (KMS) address').fill('http://127.0.0.1:9');
  await page.getByLabel('Cloud address').fill('http://kms.example.com');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator('.note-danger').waitFor();
  await camera.shoot('join-wrong', page);
  await page.getByLabel('Key server (KMS) address').fill(team.kms);
  await page.getByLabel('Cloud address').fill(team.cloud);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.locator('.works').waitFor();
  await camera.shoot('join-works', page);
  await page.getByRole('button', { name: 'Back' }).click();
  await joinTeam(page, team);
}

/** A file of this size with nothing in it. */
async function makeSparse(workspace: Workspace, name: string, size: number): Promise<string> {
  const file = await makeFile(workspace, 'desk', name, '');
  const handle = await open(file, 'r+');
  await handle.truncate(size);
  await handle.close();
  return file;
}

async function sealed(page: Page, workspace: Workspace, name: string, size: number): Promise<Locator> {
  await drop(page, [await makeSparse(workspace, name, size)]);
  const job = jobOf(page, name);
  await expectState(job, 'Sealed');
  return job;
}

async function filesUnderWay({ workspace, camera }: PictureParts, page: Page): Promise<void> {
  const report = await sealed(page, workspace, 'report.txt', 12);
  await report.getByRole('button', { name: 'Open report.txt' }).click();
  await expectState(jobOf(page, 'report.txt.enc'), 'Opened');
  const [enc = ''] = (await outputsOf(report)).filter((file) => file.endsWith('.enc'));
  await writeFile(await makeFile(workspace, 'desk', 'budget-2025.xlsx.enc', ''), 'not what was sealed');
  await drop(page, [workspace.path('desk', 'budget-2025.xlsx.enc')]);
  await expectState(jobOf(page, 'budget-2025.xlsx.enc'), 'Not opened');
  await sealed(page, workspace, '合約書（最終版）.pdf', 2_400_000);
  await hover(page, [enc, workspace.path('desk', 'report.txt')]);
  await camera.shoot('files-hover', page);
  await page.getByTestId('drop-zone').dispatchEvent('dragleave');
  await camera.shoot('files-done', page, { height: 1000 });

  const film =
    'A very long name of a film from last summer that nobody ever renamed (copy 2) – final – really final.mov';
  const begin = async (name: string) => drop(page, [await makeSparse(workspace, name, ENDLESS)]);
  const underWay = async (name: string) => {
    await expectState(jobOf(page, name), 'Sealing');
    await jobOf(page, name)
      .getByText(/ left$/)
      .waitFor();
  };
  await begin('notes.bin');
  await underWay('notes.bin');
  await cancel(page, 'notes.bin');
  await expectState(jobOf(page, 'notes.bin'), 'Cancelled');
  await begin(film);
  await underWay(film);
  await begin('backup.tar');
  await camera.shoot('files', page);
  await page.locator('summary').first().click();
  await camera.shoot('files-details', page, { height: 1000 });
  for (const name of ['backup.tar', film]) await cancel(page, name);
}

async function cancel(page: Page, name: string): Promise<void> {
  await jobOf(page, name)
    .getByRole('button', { name: `Cancel ${name}` })
    .click();
}

/** Files are held over the panel. */
async function hover(page: Page, files: readonly string[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle((names) => {
    const transfer = new DataTransfer();
    for (const name of names) transfer.items.add(new File([name], name));
    return transfer;
  }, files);
  await page.getByTestId('drop-zone').dispatchEvent('dragenter', { dataTransfer });
}

const UPLOADS = [
  ['合約書（最終版）.pdf', 2_400_000],
  ['team-photos.zip', 40_200_000],
  ['Quarterly figures 10.xlsx', 812_340],
  ['Quarterly figures 9.xlsx', 799_120],
  ['A very long name of a recording from last summer that nobody ever renamed – final.mp3', 4_120_000],
  ['ideas.md', 4_210],
  ['plan.txt', 9],
] as const;

async function cloudAndSharing(parts: PictureParts, page: Page, team: Team): Promise<void> {
  const { browser, workspace, camera } = parts;
  const others = ['chris', '陳怡君', 'dora'];
  const [, yijun] = await Promise.all(
    others.map((name) => registerByCommand(createDevice(workspace, name), name, serverOptions(team))),
  );
  const { page: ben, close } = await openInBrowser(workspace, 'ben', browser);
  camera.watch(ben);
  await joinTeam(ben, team);
  await register(ben, 'ben');

  await showPanel(page, 'Cloud');
  for (const [name, size] of UPLOADS) {
    await drop(page, [await makeSparse(workspace, name, size)]);
    await rowOf(page, name).waitFor();
  }
  const figures = 'Quarterly figures 10.xlsx';
  await page.getByRole('button', { name: `Share ${figures}…` }).click();
  await camera.shoot('share-empty', page);
  await share(page, 'nobody');
  await page.locator('dialog .note-danger').waitFor();
  await camera.shoot('share-unknown', page);
  await share(page, 'ben', 'week');
  await share(page, '陳怡君');
  await page.getByLabel('Person').fill('cat & co');
  await page.getByLabel('Until').selectOption('date');
  await page.locator('dialog').getByRole('button', { name: 'Share', exact: true }).click();
  await camera.shoot('share', page);
  await page.keyboard.press('Escape');
  for (const [name, people] of [
    ['team-photos.zip', ['ben', ...others]],
    ['plan.txt', ['ben']],
  ] as const) {
    await page.getByRole('button', { name: `Share ${name}…` }).click();
    for (const person of people) await share(page, person);
    await page.keyboard.press('Escape');
  }
  // Or the button that opened the dialog is shown to have the focus.
  await page.getByRole('heading', { name: 'Cloud', level: 1 }).click();
  await camera.shoot('cloud', page);
  await camera.shoot('app-gone', page, {
    around: async (take) => {
      await page.context().setOffline(true);
      await page.locator('.tools .icon-button').click();
      await page.locator('.note-danger').first().waitFor();
      await take();
      await page.context().setOffline(false);
      await page.reload();
      await page.locator('nav li').nth(1).getByRole('button').click();
      await page.locator('table').waitFor();
    },
  });
  await page.getByLabel(`Choose ${figures}`).check();
  await page.getByLabel('Choose plan.txt').check();
  await camera.shoot('cloud-chosen', page);
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.getByRole('button', { name: `Actions for ${figures}` }).click();
  await camera.shoot('cloud-menu', page);
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await camera.shoot('delete', page);
  await page.keyboard.press('Escape');
  await page.getByLabel('Filter by name').fill('xyz');
  await camera.shoot('cloud-no-match', page);
  await page.getByLabel('Filter by name').fill('');
  await drop(page, [await makeSparse(workspace, 'backup.tar', ENDLESS)]);
  await expectState(jobOf(page, 'backup.tar'), 'Uploading');
  await camera.shoot('cloud-uploading', page);
  await cancel(page, 'backup.tar');
  await page.route('**/bridge/cloud.list', () => undefined);
  await showPanel(page, 'Files');
  await page.evaluate(() => window.location.reload());
  await showPanel(page, 'Cloud');
  await camera.shoot('cloud-loading', page);
  await page.unroute('**/bridge/cloud.list');

  const minutes = await makeFile(workspace, 'desk', '會議紀錄.docx', '十一月');
  const [pair] = (await yijun?.device.files(['encrypt', minutes])) ?? [];
  await yijun?.device.files(['upload', pair?.out ?? '']);
  await yijun?.device.run(['share', '會議紀錄.docx', '--with', 'ben']);
  await showPanel(ben, 'Shared with me');
  await rowOf(ben, 'plan.txt').waitFor();
  await camera.shoot('shared', ben);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('button', { name: 'Share plan.txt…' }).click();
  await page.getByRole('button', { name: 'Stop sharing with ben' }).click();
  await page.locator('dialog').getByText('Only you.').waitFor();
  await page.keyboard.press('Escape');
  await ben.getByRole('button', { name: 'Download and open plan.txt' }).click();
  await expectState(jobOf(ben, 'plan.txt'), 'Not downloaded');
  await camera.shoot('shared-refused', ben);
  await close();
}

const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });

/** In the dialog that is open. */
async function share(page: Page, person: string, until = 'none'): Promise<void> {
  await page.getByLabel('Person').fill(person);
  await page.getByLabel('Until').selectOption(until);
  await page.locator('dialog').getByRole('button', { name: 'Share', exact: true }).click();
  const answer = page
    .getByRole('button', { name: `Stop sharing with ${person}` })
    .or(page.locator('dialog .note-danger'));
  await answer.first().waitFor();
}

async function away({ camera }: PictureParts, page: Page, team: Team): Promise<void> {
  const pill = page.getByRole('button', { name: /^Servers:/ });
  await team.stop('cloud');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await pill.getByText('Not answering').waitFor();
  await camera.shoot('cloud-away', page);
  await pill.click();
  await camera.shoot('status-away', page);
  await page.keyboard.press('Escape');
  await showPanel(page, 'Shared with me');
  await page.getByRole('heading', { name: 'Not answering' }).waitFor();
  await camera.shoot('shared-away', page);
  await team.stop('kms');
  await showPanel(page, 'Settings');
  await page.getByRole('button', { name: 'Test servers' }).click();
  await page.locator('.setting .note-danger').first().waitFor();
  await camera.shoot('settings-away', page, { height: 1250 });
  await showPanel(page, 'Files');
  await camera.shoot('files-away', page);
}
