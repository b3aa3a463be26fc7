#!/usr/bin/env node
// The launcher. Any Node >= 18 can run it; it finds the Node >= 24 that Sealkeep itself runs on and hands over.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_WANTED = 24;
const SOURCES = ['shared', 'core', 'server', 'agent', 'cli'];

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const entry = path.join(root, 'out', 'node', 'sealkeep.js');

// Sealkeep itself gets the secrets, and nothing else that the launcher starts or leaves behind.
const environment = { ...process.env };
for (const secret of ['SEALKEEP_PASSWORD', 'SEALKEEP_TOTP']) delete process.env[secret];

const majorOf = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);

/** The Node that came with the project, the one that runs this file, or the one on PATH; undefined if none will do. */
function findNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const shipped = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(shipped)) return shipped;
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
  if (majorOf(process.version) >= NODE_WANTED) return process.execPath;
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8' });
  return majorOf(stdout ?? '') >= NODE_WANTED ? 'node' : undefined;
}

function newestChange(folder) {
  if (!existsSync(folder)) return 0;
  return Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).map((child) => {
      const full = path.join(folder, child.name);
      if (child.isDirectory()) return newestChange(full);
      return /\.ts$/.test(child.name) && !/\.test\.ts$/.test(child.name) ? statSync(full).mtimeMs : 0;
    }),
  );
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const node = findNode();
if (!node)
  fail(
    `Sealkeep needs Node ${NODE_WANTED} or newer; please install it from your system's packages and try again.`,
  );
if (!existsSync(entry))
  fail('Sealkeep is not built yet; run "npm ci" (or "npm run build") in its folder first.');
if (Math.max(...SOURCES.map((folder) => newestChange(path.join(root, folder)))) > statSync(entry).mtimeMs) {
  process.stderr.write('This build of Sealkeep is older than its sources; run "npm run build".\n');
}

const child = spawn(node, ['--enable-source-maps', entry, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment,
});
// A terminal signals the whole group; a signal sent to the launcher alone has to reach the child as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!process.stdin.isTTY || signal !== 'SIGINT') child.kill(signal);
  });
}
child.on('error', (error) => fail(`Sealkeep could not start ${node}: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
