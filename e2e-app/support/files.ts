import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { textsOf } from './texts.ts';

/** Puts a file into a folder of its own beside others of this test. */
export async function makeFile(
  workspace: Workspace,
  folder: string,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const file = workspace.path(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** Drops files of the disk on the panel that is shown. */
export async function drop(page: Page, files: readonly string[]): Promise<void> {
  const inputs = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await inputs.asElement()?.setInputFiles([...files]);
  const dataTransfer = await inputs.evaluateHandle((input) => {
    const transfer = new DataTransfer();
    for (const file of input.files ?? []) transfer.items.add(file);
    return transfer;
  });
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.getByTestId('drop-zone').dispatchEvent(type, { dataTransfer });
}

/** By the panel's button. */
export async function choose(page: Page, button: string, files: readonly string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles([...files]);
}

/** The newest job of this file. */
export function jobOf(page: Page, name: string): Locator {
  return page
    .getByTestId('job')
    .filter({ has: page.getByText(name, { exact: true }) })
    .first();
}

export async function expectState(job: Locator, state: string): Promise<void> {
  await expect(job.getByText(state, { exact: true })).toBeVisible();
}

/** The files that a job made, as its row names them. */
export async function outputsOf(job: Locator): Promise<string[]> {
  const [, names = '', folder = ''] =
    /^(.*) in (.*)$/.exec(await job.locator('.job-more').first().innerText()) ?? [];
  return names.split(/, | and /).map((name) => path.join(folder, name));
}

export async function showPanel(page: Page, name: string): Promise<void> {
  const t = await textsOf(page);
  const panels = page.getByRole('navigation', { name: t('nav.label') });
  await panels.getByRole('button', { name }).click();
}

/** How far the bar of a job is; fails while it has none. */
export async function barOf(page: Page, name: string): Promise<{ value: number; max: number }> {
  const bar = page.getByRole('progressbar', { name: `Progress of ${name}` });
  return bar.evaluate((element) => {
    if (!(element instanceof HTMLProgressElement)) throw new TypeError('this is no bar');
    return { value: element.value, max: element.max };
  });
}

/** What the agent says of the newest job of this file: bytes done, of how many. */
export async function jobBytes(page: Page, name: string): Promise<{ bytes: number; total: number }> {
  const jobs = await page.evaluate(() => window.sealkeep?.call('jobs.list', {}));
  const job = jobs?.ok ? jobs.value.findLast((one) => one.name === name) : undefined;
  if (!job) throw new Error(`there is no job of ${name}`);
  return { bytes: job.bytes, total: job.total };
}

/**
 * Drops files and folders of the disk on the panel that is shown, as the system does: the page can go through folders then,
 * which it can't with what a script puts together.
 */
export async function dropFromDisk(page: Page, files: readonly string[]): Promise<void> {
  const zone = await page.getByTestId('drop-zone').boundingBox();
  if (!zone) throw new Error('there is no drop zone');
  const at = { x: zone.x + zone.width / 2, y: zone.y + zone.height / 2 };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}
