import { readdirSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { FORBIDDEN, OPTIONS } from './import-rules.ts';

/** dependency-cruiser passes when it could read nothing at all, so what it read is compared with what is there. */
const LAYERS = ['shared', 'core', 'server', 'agent', 'cli', 'browser', 'electron', 'renderer'];

const sources = LAYERS.flatMap((layer) =>
  readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${layer}/${name}`),
);
const { output } = await cruise(LAYERS, { ...OPTIONS, ruleSet: { forbidden: FORBIDDEN }, validate: true });
const { modules, summary } = output as ICruiseResult;

const read = new Set(modules.map((module) => module.source));
const unread = sources.filter((source) => !read.has(source));
const links = modules.reduce((sum, module) => sum + module.dependencies.length, 0);
if (unread.length > 0 || links < sources.length) {
  console.error(
    `The import check did not read the modules (${links} imports seen). Unread: ${unread.join(', ')}`,
  );
  process.exit(1);
}
for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
if (summary.violations.length > 0) process.exit(1);
