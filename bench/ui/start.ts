import path from 'node:path';
import type { Browser } from '@playwright/test';
import { REPOSITORY } from '../../e2e/support/places.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { addressOf, BUILT_SHELL, closeBoth, newWindow, registerIn, startShell } from './person.ts';

const BUDGET_S = 1.5;
const NAME = 'ana';
/** What `npm start` runs. */
const LAUNCHER = path.join(REPOSITORY, 'bin', 'start.mjs');

interface Start {
  /** Seconds since the process was spawned. */
  readonly ready: number;
  readonly usable: number;
}

/**
 * From the spawn of what `npm start` runs until the password can be typed, in a browser that runs already and has
 * nothing of the page in its cache.
 */
export async function measureStart(browser: Browser, workspace: Workspace): Promise<Figure[]> {
  const first = await startShell(workspace, NAME, [BUILT_SHELL]);
  await closeBoth(first, await registerIn(first, browser, NAME));
  const { start } = await inTurn(['start'], () => startOnce(browser, workspace));
  const ready = median(start.map((one) => one.ready));
  const loaded = median(start.map((one) => one.usable - one.ready));
  return [
    {
      work: 'login screen usable, from start of the built app',
      measured: median(start.map((one) => one.usable)),
      budget: BUDGET_S,
      limit: 'at most',
      unit: 's',
      beside: `${ready.toFixed(2)} s until its address stands there, ${loaded.toFixed(2)} s in the page`,
    },
  ];
}

async function startOnce(browser: Browser, workspace: Workspace): Promise<Start> {
  const page = await newWindow(browser);
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  const shell = await startShell(workspace, NAME, [LAUNCHER]);
  const address = await addressOf(shell);
  const ready = since();
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByLabel('Password', { exact: true }).fill('typed');
  const usable = since();
  await closeBoth(shell, page);
  return { ready, usable };
}
