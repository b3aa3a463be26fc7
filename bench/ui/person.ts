import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { REPOSITORY } from '../../e2e/support/places.ts';
import type { Running } from '../../e2e/support/process.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { register, startHere } from '../../e2e-app/support/person.ts';

const READY = /Sealkeep is ready at (http:\/\/127\.0\.0\.1:\d+\/#\S+)/;

export const BUILT_SHELL = path.join(REPOSITORY, 'out', 'node', 'browser-shell.js');

/** Starts Node with a shell over the data folder of the person of this name. */
export async function startShell(
  workspace: Workspace,
  name: string,
  args: readonly string[],
): Promise<Running> {
  const environment = {
    HOME: await workspace.makeFolder(name),
    SEALKEEP_HOME: workspace.path(`${name}-data`),
    SEALKEEP_SHELL: 'browser',
    SEALKEEP_BROWSER_OPEN: 'no',
  };
  return workspace.spawn(process.execPath, args, { environment });
}

/** Where a shell that is starting says that its page is. */
export async function addressOf(shell: Running): Promise<string> {
  const [, address = ''] = await shell.says(READY);
  return address;
}

/** A window with nothing in its browser's cache. */
export async function newWindow(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' });
  return context.newPage();
}

export async function closeBoth(shell: Running, page: Page): Promise<void> {
  await page.context().close();
  shell.signal('SIGINT');
  await shell.ended;
}

/** First launch, up to the main window. */
export async function registerIn(shell: Running, browser: Browser, name: string): Promise<Page> {
  const page = await newWindow(browser);
  await page.goto(await addressOf(shell));
  await startHere(page);
  await register(page, name);
  return page;
}
