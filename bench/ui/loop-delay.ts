import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import type { Running } from '../../e2e/support/process.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { choose, jobOf, outputsOf } from '../../e2e-app/support/files.ts';
import { writeMany } from '../files/small-files.ts';
import type { LoopDelay } from '../programs/loop-delay.ts';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { copyAndDelete, writeRandomFile } from '../support/random-file.ts';
import { BUILT_SHELL, closeBoth, registerIn, startShell } from './person.ts';

const BUDGET_MS = 20;
const BYTES = 2 ** 30;
const MANY = 5000;
const IDLE_MS = 3000;
const LONGEST_MS = 300_000;

const program = (name: string) => path.join(import.meta.dirname, '..', 'programs', name);

interface Measured extends LoopDelay {
  readonly seconds: number;
}

/** A person's shell with a window that is told of its progress. */
interface Measurable {
  readonly shell: Running;
  readonly page: Page;
  /** Where its event loop is measured. */
  readonly meter: string;
}

/** How late the agent's main thread is while it seals 1 GiB, or 5,000 files, with a window that is told of the progress. */
export async function measureLoopDelay(browser: Browser, workspace: Workspace): Promise<Figure[]> {
  const file = workspace.path('1-gib.bin');
  await writeRandomFile(file, BYTES);
  const folder = workspace.path('many');
  await writeMany(folder, MANY);
  const byPath = await open(browser, workspace, 'petra', program('path-shell.ts'));
  const byStream = await open(browser, workspace, 'stella', BUILT_SHELL);
  const measured = await inTurn(['idle', 'path', 'stream', 'many'], (way) => {
    if (way === 'idle') return measure(byStream, () => delay(IDLE_MS));
    if (way === 'many') return sealMany(byPath, folder);
    return sealOnce(way === 'path' ? byPath : byStream, way, file);
  });
  await closeBoth(byPath.shell, byPath.page);
  await closeBoth(byStream.shell, byStream.page);
  const idle = median(measured.idle.map(({ p99 }) => p99));
  return (['path', 'stream', 'many'] as const).map((way) => {
    const longest = median(measured[way].map((one) => one.longest));
    const seconds = median(measured[way].map((one) => one.seconds));
    return {
      work: `event-loop delay p99 while ${SEALED[way]}`,
      measured: median(measured[way].map(({ p99 }) => p99)),
      budget: BUDGET_MS,
      limit: 'at most',
      unit: 'ms',
      beside: `longest ${longest.toFixed(1)} ms, idle p99 ${idle.toFixed(1)} ms; took ${seconds.toFixed(1)} s`,
    };
  });
}

const SEALED = {
  path: '1 GiB is sealed, by path',
  stream: '1 GiB is sealed, by stream',
  many: '5,000 files are sealed by one job, by path',
} as const;

async function open(
  browser: Browser,
  workspace: Workspace,
  name: string,
  entry: string,
): Promise<Measurable> {
  const hook = ['--import', pathToFileURL(program('loop-delay.ts')).href];
  const shell = await startShell(workspace, name, [...hook, entry]);
  const [, meter = ''] = await shell.says(/loop is measured at (\S+)/);
  return { shell, meter, page: await registerIn(shell, browser, name) };
}

async function measure({ meter }: Measurable, work: () => Promise<unknown>): Promise<Measured> {
  await fetch(`${meter}/start`);
  const begin = performance.now();
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const answer = await fetch(`${meter}/stop`);
  return { ...((await answer.json()) as LoopDelay), seconds };
}

/** By path as in Electron, as a stream as in the browser shell. */
async function sealOnce(sealing: Measurable, way: 'path' | 'stream', file: string): Promise<Measured> {
  const { shell, page } = sealing;
  await copyAndDelete(file);
  const job = jobOf(page, path.basename(file));
  const measured = await measure(sealing, async () => {
    if (way === 'path') shell.type(file);
    else await choose(page, 'Choose files', [file]);
    await job.getByText('Sealed', { exact: true }).waitFor({ timeout: LONGEST_MS });
  });
  for (const output of await outputsOf(job)) await rm(output);
  await page.getByRole('button', { name: 'Clear finished' }).click();
  return measured;
}

/** Files of 4 KiB, dropped together. */
async function sealMany(sealing: Measurable, folder: string): Promise<Measured> {
  const { shell, page } = sealing;
  const names = (await readdir(folder)).sort();
  const measured = await measure(sealing, async () => {
    shell.type(`${folder}/*`);
    const job = jobOf(page, `${names[0]} and ${(MANY - 1).toLocaleString('en')} more`);
    await job.getByText('Sealed', { exact: true }).waitFor({ timeout: LONGEST_MS });
  });
  for (const name of await readdir(folder)) if (!names.includes(name)) await rm(path.join(folder, name));
  await page.getByRole('button', { name: 'Clear finished' }).click();
  return measured;
}
