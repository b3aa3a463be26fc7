import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { folderSnapshot } from '../test/support/folder-snapshot.ts';
import { dropFromDisk, expectState, jobOf, makeFile } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';

/** What a page can tell of a folder: names, kinds, contents, and times of files to the millisecond. */
async function toldBy(folder: string) {
  const all = Object.entries(await folderSnapshot(folder)) as [string, Record<string, unknown>][];
  return Object.fromEntries(
    all.map(([inside, { kind, size, sha256, mtime }]) => {
      const isFile = kind === 'file';
      return [inside, isFile ? { kind, size, sha256, ms: Math.floor(Number(mtime) / 1000) } : { kind }];
    }),
  );
}

test('a folder is dropped and sealed with its tree, and the sealed one is dropped and opened to the same', async ({
  personAt,
  workspace,
}) => {
  const { page, outputs, outputFolderOf, canSave } = await personAt('ana', 'here');
  const photos = workspace.path('desk', 'photos');
  await makeFile(workspace, 'desk/photos', 'beach.jpg', 'sand');
  await makeFile(workspace, 'desk/photos', '.hidden', '');
  await makeFile(workspace, 'desk/photos/summer/日本', 'caf\u00e9.txt', 'one code point');
  await makeFile(workspace, 'desk/photos/summer/日本', 'cafe\u0301.txt', 'two');
  await makeFile(workspace, 'desk/photos/summer', 'film.bin', Buffer.alloc(3_000_000, 'film'));
  for (let index = 0; index < 230; index += 1)
    await makeFile(workspace, 'desk/photos/many', `${index}.txt`, `the content of ${index}`);
  await mkdir(path.join(photos, 'empty', 'in it'), { recursive: true });
  // Of finer ones a browser cuts off what this system's own look rounds.
  const files = (await readdir(photos, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  for (const [index, { parentPath, name }] of files.entries())
    await utimes(path.join(parentPath, name), new Date(), 1_234_567_890 + index);
  await utimes(path.join(photos, 'beach.jpg'), new Date(), new Date('2001-02-03T04:05:06.789Z'));
  const plain = await makeFile(workspace, 'desk', 'note.txt', 'beside it');

  await dropFromDisk(page, [photos, plain]);
  await expectState(jobOf(page, 'photos'), 'Sealed');
  await expectState(jobOf(page, 'note.txt'), 'Sealed');
  const folder = outputFolderOf(photos);
  const sealed = path.join(folder, 'photos.sealed');
  await expect(jobOf(page, 'photos').getByText(`photos.sealed in ${folder}`)).toBeVisible();
  expect(await readdir(path.join(sealed, 'many'))).toHaveLength(460);

  // Where nothing of the name is, and without the original.
  const before = await toldBy(photos);
  await rm(photos, { recursive: true });
  await dropFromDisk(page, [sealed]);
  const open = jobOf(page, 'photos.sealed');
  await expectState(open, 'Opened');
  await expect(open.getByText(`photos in ${outputFolderOf(sealed)}`)).toBeVisible();
  const opened = path.join(outputFolderOf(sealed), 'photos');
  expect(await toldBy(opened)).toEqual(before);
  expect((await stat(opened)).isDirectory()).toBe(true);
  await expect(page.locator('.job-failures')).toHaveCount(0);
  if (outputs === folder)
    expect((await readdir(outputs)).sort()).toEqual([
      'note.txt.enc',
      'note.txt.key',
      'photos',
      'photos.sealed',
    ]);

  // Where the system's own dialog gives paths there is no button for folders.
  if (!canSave) return;
  await mkdir(workspace.path('desk', 'nothing'));
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose a folder' }).click(),
  ]);
  await chooser.setFiles(workspace.path('desk', 'nothing'));
  await expect(page.getByText(/^Nothing was added/)).toBeVisible();
});
