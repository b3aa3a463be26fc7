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

/** The page's JavaScript as it was built, all of which is loaded at start. */
export function measurePageSize(): Figure[] {
  const carrier = kilobytesOf([built('carrier', 'carrier.js')]);
  return [
    {
      work: "page's JavaScript at start, compressed",
      measured: kilobytesOf(assets('.js')),
      budget: BUDGET_KB,
      limit: 'at most',
      unit: 'kB',
      beside: `CSS ${kilobytesOf(assets('.css')).toFixed(1)} kB, the browser shell's carrier ${carrier.toFixed(1)} kB`,
    },
  ];
}
