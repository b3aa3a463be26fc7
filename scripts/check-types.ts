import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** One compiler run per layer, so that each sees only what DESIGN.md's table lets it see; the largest first. */
const LAYERS = [
  '.',
  'electron',
  'agent',
  'server',
  'renderer',
  'cli',
  'browser',
  'electron/tsconfig.preload.json',
  'browser/page',
  'core',
  'shared',
];

/** What did not change since the last run is not checked again. */
async function holds(layer: string): Promise<boolean> {
  const state = `out/types/${layer.replace(/\W+/g, '-')}.tsbuildinfo`;
  const options = ['--pretty', '--incremental', '--tsBuildInfoFile', state];
  const [status] = await once(spawn('tsc', ['-p', layer, ...options], { stdio: 'inherit' }), 'exit');
  return status === 0;
}

const failed: string[] = [];
const waiting = LAYERS.values();
const lanes = Array.from({ length: availableParallelism() }, async () => {
  for (const layer of waiting) if (!(await holds(layer))) failed.push(layer);
});
await Promise.all(lanes);
if (failed.length > 0) {
  console.error(`Types do not hold in: ${failed.join(', ')}`);
  process.exit(1);
}
