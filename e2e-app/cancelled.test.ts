import { truncate } from 'node:fs/promises';
import { drop, expectState, jobOf, makeFile } from './support/files.ts';
import { test } from './support/fixtures.ts';
import { anaHere } from './support/person.ts';

test('large files that were cancelled hold up none of those after them', async ({ openApp, workspace }) => {
  const { page } = await anaHere(openApp);
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
});
