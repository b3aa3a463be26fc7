import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { barOf, drop, expectState, jobBytes, jobOf, makeFile } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { logIn } from './support/person.ts';
import { HELD_BYTES } from './support/shells.ts';

const MANY = 30;
const TITLE = `0.txt and ${MANY - 1} more`;

test('thirty files are one row that counts them, and it is found again after a restart', async ({
  personAt,
  openApp,
  workspace,
}) => {
  const { page, me, outputFolderOf, close } = await personAt('ana', 'here');
  const files = await Promise.all(
    Array.from({ length: MANY }, (_, index) =>
      makeFile(workspace, 'desk', `${index}.txt`, `content ${index}`),
    ),
  );
  await drop(page, files);
  await expectState(jobOf(page, TITLE), 'Sealed');
  await expect(page.getByTestId('job')).toHaveCount(1);
  await expect(jobOf(page, TITLE).getByText(`${MANY} files`)).toBeVisible();
  const folder = outputFolderOf(files[0] ?? '');
  const sealed = (await readdir(folder)).filter((name) => name.endsWith('.enc'));
  expect(sealed).toHaveLength(MANY);

  await drop(
    page,
    sealed.flatMap((name) => [path.join(folder, name), path.join(folder, name.replace('.enc', '.key'))]),
  );
  const open = page.getByTestId('job').and(page.locator('[data-kind="open"]'));
  await expectState(open, 'Opened');
  const opened = (await readdir(folder)).filter((name) => /^\d+( \(2\))?\.txt$/.test(name));
  const contents = await Promise.all(opened.map((name) => readFile(path.join(folder, name), 'utf8')));
  for (let index = 0; index < MANY; index += 1) expect(contents).toContain(`content ${index}`);

  await close();
  const again = await openApp('ana');
  await logIn(again.page, me.name, await me.authenticator.code());
  await expect(again.page.getByTestId('job')).toHaveCount(2);
  await expectState(jobOf(again.page, TITLE), 'Sealed');
});

test('a job is paused and goes on; what was under way at the end is found again', async ({
  personAt,
  openApp,
}) => {
  const { page, me, makeHeldFile, close } = await personAt('ana', 'here', { holdsContents: true });
  const { file, letThrough } = await makeHeldFile('film.bin');
  const value = async () => (await barOf(page, 'film.bin')).value;
  const total = async () => (await jobBytes(page, 'film.bin')).bytes;
  await drop(page, [file]);
  const job = jobOf(page, 'film.bin');
  letThrough(HELD_BYTES / 4);
  await expect.poll(value).toBeGreaterThan(0);

  await job.getByRole('button', { name: 'Pause film.bin' }).press('Enter');
  await expectState(job, 'Paused');
  const paused = await total();
  letThrough(HELD_BYTES / 2);
  const resume = job.getByRole('button', { name: 'Resume film.bin' });
  // Whoever paused it by keyboard stands where it goes on.
  await expect(resume).toBeFocused();
  expect(await total()).toBeLessThan(paused + 3_000_000);
  await resume.press('Enter');
  await expectState(job, 'Sealing');
  await expect.poll(value).toBeGreaterThan(paused);

  await close();
  const again = await openApp('ana');
  await logIn(again.page, me.name, await me.authenticator.code());
  await expectState(jobOf(again.page, 'film.bin'), 'Interrupted');
});
