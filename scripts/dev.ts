import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { isSource, SOURCE_FOLDERS } from '../bin/sources.mjs';

/**
 * Rebuilds on each change of a source, and restarts the servers on each build that worked; so long after a change, since
 * an editor writes several files at once.
 */
const SETTLE_MS = 150;

let servers: ChildProcess | undefined;
let isWanted = false;
let isBuilding = false;

function restart(): void {
  const options = process.argv.slice(2);
  servers = spawn('node', ['--enable-source-maps', 'out/node/sealkeep.js', 'serve', ...options], {
    stdio: 'inherit',
  });
}

async function stopped(): Promise<void> {
  if (!servers || servers.exitCode !== null) return;
  servers.kill();
  await once(servers, 'exit');
}

async function build(): Promise<void> {
  isBuilding = true;
  while (isWanted) {
    isWanted = false;
    const [status] = await once(spawn('vite', ['build', '--logLevel', 'warn'], { stdio: 'inherit' }), 'exit');
    if (status !== 0) continue;
    await stopped();
    restart();
  }
  isBuilding = false;
}

function wanted(): void {
  isWanted = true;
  if (!isBuilding) setTimeout(() => void (isBuilding || build()), SETTLE_MS);
}

for (const folder of SOURCE_FOLDERS) {
  watch(folder, { recursive: true }, (_event, name) => {
    if (isSource(name ?? '')) wanted();
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopped().then(() => process.exit(0)));
wanted();
