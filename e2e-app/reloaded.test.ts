import { truncate } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { drop, expectState, jobOf, makeFile } from './support/files.ts';
import { test } from './support/fixtures.ts';
import { anaHere } from './support/person.ts';

test('a page that is loaded again says that it was that, and nothing of permissions', async ({
  openApp,
  workspace,
}) => {
  const { page } = await anaHere(openApp);
  const film = await makeFile(workspace, 'desk', 'film.bin', '');
  await truncate(film, 8 * 2 ** 30);
  await drop(page, [film]);
  await jobOf(page, 'film.bin')
    .getByText(/ left$/)
    .waitFor();
  await page.reload();
  const job = jobOf(page, 'film.bin');
  await expectState(job, 'Not sealed');
  await expect(job).toContainText('The page that held the file is gone. Add it again to go on.');
  await expect(job).not.toContainText('cannot be read');
  await expect(job.getByRole('button', { name: /Try again/ })).toHaveCount(0);
});
