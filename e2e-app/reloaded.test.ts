import { readdir, truncate } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { drop, expectState, jobOf, makeFile } from './support/files.ts';
import { test } from './support/fixtures.ts';
import { register, startHere } from './support/person.ts';
import { openByPath } from './support/shells.ts';

const MANY = 30;
const TITLE = `0.txt and ${MANY - 1} more`;

test('a page that is loaded again says what became of its files, and finds a move to the trash under way', async ({
  browser,
  workspace,
}) => {
  const { page, close, sealFilesOf, letIntoTrash } = await openByPath(workspace, 'ana', browser);
  await startHere(page);
  await register(page, 'ana');
  for (let index = 0; index < MANY; index += 1)
    await makeFile(workspace, 'many', `${index}.txt`, `content ${index}`);
  const folder = workspace.path('many');
  const originals = async () => (await readdir(folder)).filter((name) => name.endsWith('.txt'));
  sealFilesOf(folder);
  await page.getByRole('button', { name: `Prove ${TITLE}, then move the originals to the trash` }).click();
  await page.getByRole('button', { name: `Move ${MANY} originals to the trash: ${TITLE}` }).click();
  letIntoTrash(10);
  const trash = jobOf(page, TITLE).and(page.locator('[data-kind="trash"]'));
  await expect(trash).toContainText(`10 of ${MANY} files`);

  const film = await makeFile(workspace, 'desk', 'film.bin', '');
  await truncate(film, 8 * 2 ** 30);
  await drop(page, [film]);
  await jobOf(page, 'film.bin')
    .getByText(/ left$/)
    .waitFor();
  await page.reload();
  await expectState(trash, 'Moving to the trash');
  await expect(trash).toContainText(`10 of ${MANY} files`);
  expect(await originals()).toHaveLength(MANY - 10);
  await trash.getByRole('button', { name: `Cancel ${TITLE}` }).click();
  // The one that was on its way arrives.
  letIntoTrash(1);
  await expectState(trash, 'Cancelled');
  await expect(trash).toContainText(`In the trash: 11 of ${MANY} originals.`);
  expect(await originals()).toHaveLength(MANY - 11);
  await trash.getByRole('button', { name: `Try again: ${TITLE}` }).click();
  letIntoTrash(MANY);
  await expectState(trash, 'In the trash');
  expect(await originals()).toEqual([]);
  const inTrash = workspace.path('home-ana', '.local', 'share', 'Trash', 'files');
  expect(await readdir(inTrash)).toHaveLength(MANY);

  const job = jobOf(page, 'film.bin');
  await expectState(job, 'Not sealed');
  await expect(job).toContainText('The page that held the file is gone. Add it again to go on.');
  await expect(job).not.toContainText('cannot be read');
  await expect(job.getByRole('button', { name: /Try again/ })).toHaveCount(0);
  await close();
});
