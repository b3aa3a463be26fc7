import { readdir, readFile, rename, truncate } from 'node:fs/promises';
import path from 'node:path';
import { choose, drop, expectState, jobOf, makeFile, outputsOf } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { anaHere } from './support/person.ts';

test('what is dropped is sealed, and what was sealed is opened to the same bytes', async ({
  openApp,
  workspace,
}) => {
  const { page, canSave } = await anaHere(openApp);
  const source = await makeFile(workspace, 'desk', 'report.txt', 'the figures of May');
  await drop(page, [source]);
  const seal = jobOf(page, 'report.txt');
  await expectState(seal, 'Sealed');
  const sealed = await outputsOf(seal);
  expect(sealed.map((file) => path.basename(file)).sort()).toEqual(['report.txt.enc', 'report.txt.key']);
  const [sealedFile = ''] = sealed.filter((file) => file.endsWith('.enc'));

  // Where nothing else of the name is, and so the key has to come from the registry.
  const away = await makeFile(workspace, 'away', 'report.txt.enc', '');
  await rename(sealedFile, away);
  await drop(page, [away]);
  const alone = jobOf(page, 'report.txt.enc');
  await expectState(alone, 'Opened');
  const [opened = ''] = await outputsOf(alone);
  expect(await readFile(opened, 'utf8')).toBe('the figures of May');

  if (!canSave) return;
  const download = page.waitForEvent('download');
  await alone.getByRole('button', { name: `Save ${path.basename(opened)}` }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toBe('the figures of May');
});

test('a sealed file is opened with its key file, by the button', async ({ openApp, workspace }) => {
  const { page } = await anaHere(openApp);
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

test('Ctrl+O asks for files as the button does', async ({ openApp, workspace }) => {
  const { page } = await anaHere(openApp);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('ControlOrMeta+o');
  await (await chooser).setFiles([await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
});

test('several files at once, an empty one among them', async ({ openApp, workspace }) => {
  const { page } = await anaHere(openApp);
  const names = ['a.txt', 'empty.txt', '🙂.bin'];
  const contents = ['a', '', Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251)];
  const files = await Promise.all(
    names.map((name, index) => makeFile(workspace, 'desk', name, contents[index] ?? '')),
  );
  await drop(page, files);
  for (const name of names) await expectState(jobOf(page, name), 'Sealed');
  const outputs = await Promise.all(names.map((name) => outputsOf(jobOf(page, name))));
  await drop(
    page,
    outputs.flat().filter((file) => file.endsWith('.enc')),
  );
  for (const [index, name] of names.entries()) {
    const open = jobOf(page, `${name}.enc`);
    await expectState(open, 'Opened');
    const [opened = ''] = await outputsOf(open);
    const bytes = await readFile(opened);
    expect(bytes.equals(Buffer.from(contents[index] ?? '')), name).toBe(true);
  }
});

test('cancelling leaves nothing behind', async ({ openApp, workspace }) => {
  const { page, outputs } = await anaHere(openApp);
  const film = await makeFile(workspace, 'desk', 'film.bin', '');
  await truncate(film, 8 * 2 ** 30);
  await drop(page, [film]);
  const job = jobOf(page, 'film.bin');
  await expectState(job, 'Sealing');
  await expect(job.getByRole('progressbar', { name: 'Progress of film.bin' })).toBeVisible();
  await job.getByRole('button', { name: 'Cancel film.bin' }).click();
  await expectState(job, 'Cancelled');
  expect(await readdir(path.dirname(film))).toEqual(['film.bin']);
  expect(await readdir(outputs).catch(() => [])).toEqual([]);
});
