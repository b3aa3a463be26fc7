import { createWorkspace } from '../e2e/support/workspace.ts';
import { isBuilt } from '../scripts/build-state.ts';
import { launchBrowser } from './support/browser.ts';
import { type Figure, report } from './support/figures.ts';
import { measureLoopDelay } from './ui/loop-delay.ts';
import { measurePageSize } from './ui/page-size.ts';
import { measureStart } from './ui/start.ts';

/**
 * `npm run bench:ui`: the window's figures beside DESIGN.md's budgets. `npm run bench:ui -- size start` measures only
 * what is named: `size`, `delay`, `start`.
 */
const PARTS = ['size', 'delay', 'start'] as const;
type Part = (typeof PARTS)[number];

async function measure(parts: readonly Part[]): Promise<Figure[]> {
  const isWanted = (part: Part) => parts.length === 0 || parts.includes(part);
  const figures = isWanted('size') ? measurePageSize() : [];
  if (!isWanted('delay') && !isWanted('start')) return figures;
  const workspace = await createWorkspace();
  const browser = await launchBrowser();
  try {
    if (isWanted('delay')) figures.push(...(await measureLoopDelay(browser, workspace)));
    if (isWanted('start')) figures.push(...(await measureStart(browser, workspace)));
  } finally {
    await browser.close();
    await workspace.close();
  }
  return figures;
}

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);
const named = process.argv.slice(2);
const unknown = named.find((name) => !isPart(name));
if (unknown !== undefined) throw new Error(`there is no "${unknown}"; there are ${PARTS.join(', ')}`);
if (!isBuilt()) throw new Error('There is no build of these sources to measure; run "npm run build".');
report('The window', await measure(named.filter(isPart)));
