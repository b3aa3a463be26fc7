import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figure } from '../support/figures.ts';

const BUDGET_KB = 150;

const built = (...names: string[]) => path.join(import.meta.dirname, '..', '..', 'out', ...names);
const kilobytesOf = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1000;
const assets = (ending: string) =>
  readdirSync(built('renderer', 'assets'))
    .filter((name) => name.endsWith(ending))
    .map((name) => built('renderer', 'assets', name));

/** What the page itself names is loaded at start; the rest comes once the window is there. */
const atStart = () => {
  const page = readFileSync(built('renderer', 'index.html'), 'utf8');
  return assets('.js').filter((file) => page.includes(path.basename(file)));
};

/** The page's JavaScript as it was built. */
export function measurePageSize(): Figure[] {
  const carrier = kilobytesOf([built('carrier', 'carrier.js')]);
  return [
    {
      work: "page's JavaScript at start, compressed",
      measured: kilobytesOf(atStart()),
      budget: BUDGET_KB,
      limit: 'at most',
      unit: 'kB',
      beside: `all of it ${kilobytesOf(assets('.js')).toFixed(1)} kB, CSS ${kilobytesOf(assets('.css')).toFixed(1)} kB, the browser shell's carrier ${carrier.toFixed(1)} kB`,
    },
  ];
}
