import { writeFile } from 'node:fs/promises';
import { expectState, jobOf, makeFile } from '../e2e-app/support/files.ts';
import { register, startHere } from '../e2e-app/support/person.ts';
import { openByPath } from '../e2e-app/support/shells.ts';
import type { PictureParts } from './picture-parts.ts';

const MANY = 30;
const nameOf = (index: number) => `IMG_${1001 + index}.heic`;
const TITLE = `${nameOf(0)} and ${MANY - 1} more`;

/** Iris has what she sealed proved, and moves the originals to the trash; one was changed meanwhile. */
export async function tellOfTrash({ browser, workspace, camera }: PictureParts): Promise<void> {
  const { page, sealFilesOf, letIntoTrash, close } = await openByPath(workspace, 'iris', browser);
  camera.watch(page);
  await startHere(page);
  await register(page, 'iris');
  for (let index = 0; index < MANY; index += 1)
    await makeFile(workspace, 'camera', nameOf(index), `the content of ${index}`);
  sealFilesOf(workspace.path('camera'));
  await page.getByRole('button', { name: `Prove ${TITLE}, then move the originals to the trash` }).click();
  const move = page.getByRole('button', { name: `Move ${MANY} originals to the trash: ${TITLE}` });
  await move.waitFor();
  await camera.shoot('files-proved', page);
  await move.click();
  letIntoTrash(12);
  const trash = jobOf(page, TITLE).and(page.locator('[data-kind="trash"]'));
  await trash.getByText(`12 of ${MANY} files`).waitFor();
  await camera.shoot('files-trash', page);
  await trash.getByRole('button', { name: `Cancel ${TITLE}` }).click();
  letIntoTrash(1);
  await expectState(trash, 'Cancelled');
  await camera.shoot('files-trash-cancelled', page);
  await writeFile(workspace.path('camera', nameOf(MANY - 1)), 'something else');
  await trash.getByRole('button', { name: `Try again: ${TITLE}` }).click();
  letIntoTrash(MANY);
  await expectState(trash, 'Not complete');
  await trash.locator('summary').click();
  await camera.shoot('files-trash-changed', page);
  await close();
}
