import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { barOf, choose, drop, expectState, jobOf, makeFile, outputsOf, showPanel } from './support/files.ts';
import { expect, PLACES, test } from './support/fixtures.ts';
import { HELD_BYTES } from './support/shells.ts';

/** A segment of the format and what lies between page and agent: so far a bar may be from what has crossed. */
const SLACK = 3_000_000;

for (const place of PLACES) {
  test.describe(`servers: ${place}`, () => {
    test('what is dropped is sealed, and what was sealed is opened to the same bytes', async ({
      personAt,
      workspace,
    }) => {
      const { page, canSave, outputFolderOf } = await personAt('ana', place);
      const source = await makeFile(workspace, 'desk', 'report.txt', 'the figures of May');
      await drop(page, [source]);
      const seal = jobOf(page, 'report.txt');
      await expectState(seal, 'Sealed');
      const [enc = '', key = ''] = await outputsOf(seal);
      const folder = outputFolderOf(source);
      expect([enc, key]).toEqual([path.join(folder, 'report.txt.enc'), path.join(folder, 'report.txt.key')]);

      // Where nothing else of the name is, and so the key has to come from the registry.
      const away = await makeFile(workspace, 'away', 'report.txt.enc', '');
      await rename(enc, away);
      await drop(page, [away]);
      const alone = jobOf(page, 'report.txt.enc');
      await expectState(alone, 'Opened');
      const [opened = ''] = await outputsOf(alone);
      expect(path.dirname(opened)).toBe(outputFolderOf(away));
      expect(await readFile(opened, 'utf8')).toBe('the figures of May');

      if (!canSave) return;
      const download = page.waitForEvent('download');
      await alone.getByRole('button', { name: `Save ${path.basename(opened)}` }).click();
      expect(await readFile(await (await download).path(), 'utf8')).toBe('the figures of May');
    });
  });
}

test('a sealed file is opened with its key file, by the button', async ({ personAt, workspace }) => {
  const { page } = await personAt('ana', 'here');
  await choose(page, 'Choose files', [await makeFile(workspace, 'desk', '日本語.txt', 'こんにちは')]);
  const seal = jobOf(page, '日本語.txt');
  await expectState(seal, 'Sealed');
  await choose(page, 'Choose files', await outputsOf(seal));
  const open = jobOf(page, '日本語.txt.enc');
  await expectState(open, 'Opened');
  const [opened = ''] = await outputsOf(open);
  expect(await readFile(opened, 'utf8')).toBe('こんにちは');
  await expect(page.getByTestId('job')).toHaveCount(2);
});

test('by keyboard alone: sealed by the shortcut, opened by the button', async ({ personAt, workspace }) => {
  const { page } = await personAt('ana', 'here');
  const asked = page.waitForEvent('filechooser');
  await page.keyboard.press('ControlOrMeta+o');
  await (await asked).setFiles([await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  const seal = jobOf(page, 'report.txt');
  await expectState(seal, 'Sealed');

  const button = page.getByRole('button', { name: 'Choose files' });
  const isFocused = () => button.evaluate((element) => element === document.activeElement);
  while (!(await isFocused())) await page.keyboard.press('Tab');
  const askedAgain = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await askedAgain).setFiles((await outputsOf(seal)).filter((file) => file.endsWith('.enc')));
  const open = jobOf(page, 'report.txt.enc');
  await expectState(open, 'Opened');
  const [opened = ''] = await outputsOf(open);
  expect(await readFile(opened, 'utf8')).toBe('the figures of May');
});

test('several files at once: an empty one, one of 40 MB, and names of all kinds', async ({
  personAt,
  workspace,
}) => {
  const { page } = await personAt('ana', 'here');
  const contents = new Map([
    ['a.txt', Buffer.from('a')],
    ['empty.txt', Buffer.alloc(0)],
    ['日本語.txt', Buffer.from('こんにちは')],
    ['🙂.bin', Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251))],
    // Lines that tell where they stand: no two segments are alike.
    ['film.bin', Buffer.from(Array.from({ length: 5_000_000 }, (_, line) => `${line + 1e6}\n`).join(''))],
  ]);
  expect(contents.get('film.bin')?.length).toBe(40_000_000);
  const files = await Promise.all(
    [...contents].map(([name, bytes]) => makeFile(workspace, 'desk', name, bytes)),
  );
  await drop(page, files);
  for (const name of contents.keys()) await expectState(jobOf(page, name), 'Sealed');
  const outputs = await Promise.all([...contents.keys()].map((name) => outputsOf(jobOf(page, name))));
  await drop(
    page,
    outputs.flat().filter((file) => file.endsWith('.enc')),
  );
  for (const [name, bytes] of contents) {
    const open = jobOf(page, `${name}.enc`);
    await expectState(open, 'Opened');
    const [opened = ''] = await outputsOf(open);
    expect((await readFile(opened)).equals(bytes), name).toBe(true);
  }
});

test('a bar moves, and cancelling leaves nothing behind', async ({ personAt }) => {
  const { page, outputFolderOf, makeHeldFile } = await personAt('ana', 'here', { holdsContents: true });
  const { file, letThrough } = await makeHeldFile('film.bin');
  const folder = outputFolderOf(file);
  const others = async () => (await readdir(folder)).filter((name) => name !== path.basename(file));
  const value = async () => (await barOf(page, 'film.bin')).value;

  await drop(page, [file]);
  const job = jobOf(page, 'film.bin');
  await expectState(job, 'Sealing');
  let before = 0;
  for (const share of [0.25, 0.5, 0.75]) {
    letThrough(HELD_BYTES * share);
    await expect.poll(value).toBeGreaterThan(Math.max(before, HELD_BYTES * share - SLACK));
    before = await value();
  }
  expect(before).toBeLessThan((await barOf(page, 'film.bin')).max);
  expect(await others()).toHaveLength(1);

  await job.getByRole('button', { name: 'Cancel film.bin' }).click();
  await expectState(job, 'Cancelled');
  expect(await others()).toEqual([]);
});

test('the folder of the settings is where outputs go that lie beside nothing', async ({
  personAt,
  workspace,
}) => {
  const { page, chooseOutputFolder } = await personAt('ana', 'here');
  await showPanel(page, 'Settings');
  const chosen = await workspace.makeFolder('home-ana/elsewhere');
  await chooseOutputFolder(chosen);
  await expect(page.getByText('The folder was changed.')).toBeVisible();

  await showPanel(page, 'Cloud');
  await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await page.getByRole('button', { name: 'Actions for report.txt' }).click();
  await page.getByRole('menuitem', { name: 'Download and open' }).click();
  await showPanel(page, 'Files');
  const download = page.getByTestId('job').and(page.locator('[data-kind="download"]'));
  await expectState(download, 'Downloaded');
  const [opened = ''] = await outputsOf(download);
  expect(path.dirname(opened)).toBe(chosen);
  expect(await readFile(opened, 'utf8')).toBe('the figures of May');
});
