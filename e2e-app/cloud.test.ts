import { readFile, stat } from 'node:fs/promises';
import {
  barOf,
  choose,
  drop,
  expectState,
  jobBytes,
  jobOf,
  makeFile,
  outputsOf,
  showPanel,
} from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { joinAs } from './support/person.ts';

test('what one computer uploads, another one lists, downloads and opens', async ({
  openApp,
  personAt,
  team,
  workspace,
}) => {
  const { page, me } = await personAt('ana', 'team');
  await showPanel(page, 'Cloud');
  await expect(page.getByText('Nothing in the cloud yet')).toBeVisible();
  const letter = await makeFile(workspace, 'desk', '日本語.txt', 'こんにちは');
  await choose(page, 'Upload files', [letter]);
  const mine = page.getByRole('table', { name: 'Files in the cloud' });
  await expect(mine.getByRole('row', { name: /日本語\.txt/ })).toContainText('Only you');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expect(mine.getByRole('row')).toHaveCount(3);

  const { page: other } = await openApp('laptop');
  await joinAs(other, team, me);
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

test('the bars of an upload and of a download tell the bytes that have passed', async ({
  openApp,
  team,
  cloudGate,
  workspace,
}) => {
  /** What may lie in sockets and pipes between the app and the gate. */
  const onItsWay = 12_000_000;
  const ana = await team.newPerson('ana');
  const servers = { kms: team.kms, cloud: cloudGate.address };
  const { page } = await openApp('desk');
  await joinAs(page, servers, ana);
  await choose(page, 'Choose files', [
    await makeFile(workspace, 'desk', 'film.bin', Buffer.alloc(40_000_000, 'film')),
  ]);
  const seal = jobOf(page, 'film.bin');
  await expectState(seal, 'Sealed');
  const [enc = ''] = await outputsOf(seal);
  const { size } = await stat(enc);

  await seal.getByRole('button', { name: 'Upload film.bin' }).click();
  const upload = jobOf(page, 'film.bin.enc');
  await expectState(upload, 'Uploading');
  for (const bytes of [10_000_000, 20_000_000]) {
    cloudGate.letThrough(bytes);
    await expect.poll(async () => (await barOf(page, 'film.bin.enc')).value).toBeGreaterThanOrEqual(bytes);
    const { value, max } = await barOf(page, 'film.bin.enc');
    expect(value).toBeLessThan(bytes + onItsWay);
    expect(max).toBe(size);
  }
  cloudGate.letThrough(Number.POSITIVE_INFINITY);
  await expectState(upload, 'Uploaded');
  expect(await jobBytes(page, 'film.bin.enc')).toEqual({ bytes: size, total: size });

  cloudGate.letThrough(0);
  const { page: other } = await openApp('laptop');
  await joinAs(other, servers, ana);
  await showPanel(other, 'Cloud');
  await other.getByRole('button', { name: 'Actions for film.bin' }).click();
  await other.getByRole('menuitem', { name: 'Download', exact: true }).click();
  await showPanel(other, 'Files');
  const download = jobOf(other, 'film.bin');
  await expectState(download, 'Downloading');
  for (const bytes of [10_000_000, 20_000_000]) {
    cloudGate.letThrough(bytes);
    await expect.poll(async () => (await barOf(other, 'film.bin')).value).toBeGreaterThan(bytes - 2_000_000);
    const { value, max } = await barOf(other, 'film.bin');
    expect(value).toBeLessThan(bytes + 1_000_000);
    expect(max).toBe(size);
  }
  cloudGate.letThrough(Number.POSITIVE_INFINITY);
  await expectState(download, 'Downloaded');
  expect(await jobBytes(other, 'film.bin')).toEqual({ bytes: size, total: size });
  const [downloaded = ''] = (await outputsOf(download)).filter((file) => file.endsWith('.enc'));
  expect((await readFile(downloaded)).equals(await readFile(enc))).toBe(true);
});
