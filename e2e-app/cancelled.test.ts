import { truncate } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { drop, expectState, jobOf, makeFile } from './support/files.ts';
import { test } from './support/fixtures.ts';
import { anaHere } from './support/person.ts';

test('large files that were cancelled hold up none of those after them', async ({ openApp, workspace }) => {
  const { page } = await anaHere(openApp);
  const unknown: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 404)
      unknown.push(`${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  // As many as a page of the browser shell sends at once, and one more.
  for (const name of ['a.bin', 'b.bin', 'c.bin']) {
    const film = await makeFile(workspace, 'desk', name, '');
    await truncate(film, 8 * 2 ** 30);
    await drop(page, [film]);
    const job = jobOf(page, name);
    await job.getByText(/ left$/).waitFor();
    await job.getByRole('button', { name: `Cancel ${name}` }).click();
    await expectState(job, 'Cancelled');
  }
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await expect(page.getByTestId('job')).toHaveCount(0);
  // What the page says of the requests that were ended is about something that there was.
  expect(unknown).toEqual([]);
});
