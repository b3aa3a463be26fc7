import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** DESIGN.md's budget for the page's JavaScript, compressed. */
const BUDGET = 150_000;

const assets = path.join(import.meta.dirname, '..', 'out', 'renderer', 'assets');
const sizeOf = (ending: string) =>
  readdirSync(assets)
    .filter((name) => name.endsWith(ending))
    .reduce((sum, name) => sum + gzipSync(readFileSync(path.join(assets, name)), { level: 9 }).length, 0);
const shown = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

const scripts = sizeOf('.js');
console.log(
  `The page, compressed: JavaScript ${shown(scripts)} (budget ${shown(BUDGET)}), CSS ${shown(sizeOf('.css'))}`,
);
if (scripts > BUDGET) process.exitCode = 1;
