import { spawnSync } from 'node:child_process';

/** One compiler run per layer, so that each sees only what DESIGN.md's table lets it see. */
const LAYERS = [
  'shared',
  'core',
  'server',
  'agent',
  'cli',
  'browser',
  'browser/page',
  'electron',
  'electron/tsconfig.preload.json',
  'renderer',
  '.',
];

const failed = LAYERS.filter(
  (layer) => spawnSync('tsc', ['-p', layer, '--pretty'], { stdio: 'inherit' }).status !== 0,
);
if (failed.length > 0) {
  console.error(`Types do not hold in: ${failed.join(', ')}`);
  process.exit(1);
}
