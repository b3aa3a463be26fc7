// What the launchers share. Any Node >= 18 can run it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSource, SOURCE_FOLDERS } from './sources.mjs';

const NODE_WANTED = 24;

/**
 * Sealkeep's own flags for Node. V8 would let garbage lie in each thread until its nursery is full, and a heap grow to four
 * times what is in use before it looks: memory is to stay flat (docs/decisions/0021-many-small-files.md).
 */
export const nodeFlags = ['--enable-source-maps', '--max-semi-space-size=2', '--heap-growing-percent=50'];

/** The same for a process that only serves: looking through small heaps costs a server one call in twenty. */
export const serverFlags = ['--enable-source-maps', '--max-semi-space-size=8'];

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const majorOf = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);

/** Where a package lies, found without running anything of it; undefined where it is not installed. */
export function packageFolder(name) {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

/** The Node that came with the project, the one that runs this file, or the one on PATH; ends with a sentence if none will do. */
export function findNode() {
  const folder = packageFolder(
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  );
  const shipped = folder && path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (shipped && existsSync(shipped)) return shipped;
  if (majorOf(process.version) >= NODE_WANTED) return process.execPath;
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8' });
  if (majorOf(stdout ?? '') >= NODE_WANTED) return 'node';
  return fail(
    `Sealkeep needs Node ${NODE_WANTED} or newer; please install it from your system's packages and try again.`,
  );
}

function newestChange(folder) {
  if (!existsSync(folder)) return 0;
  return Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).map((child) => {
      const full = path.join(folder, child.name);
      if (child.isDirectory()) return newestChange(full);
      return isSource(child.name) ? statSync(full).mtimeMs : 0;
    }),
  );
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Ends with a sentence where the build is missing, and says one where it is old. */
export function checkBuild(entry) {
  if (!existsSync(entry))
    fail('Sealkeep is not built yet; run "npm ci" (or "npm run build") in its folder first.');
  const newest = Math.max(...SOURCE_FOLDERS.map((folder) => newestChange(path.join(root, folder))));
  if (newest > statSync(entry).mtimeMs) {
    process.stderr.write('This build of Sealkeep is older than its sources; run "npm run build".\n');
  }
}

/** A program that is going to run has done so for this long. */
const EARLY_MS = 10_000;

/**
 * Hands over to a program: its signals, its end.
 * @param instead called where the program can't be started, or fails at once without anybody having asked it to end.
 */
export function handOver(command, args, environment = process.env, instead = undefined) {
  const startedAt = performance.now();
  let isAskedToEnd = false;
  let child;
  // Before the program can have said anything that somebody answers with a signal. A terminal signals the
  // whole group; a signal sent to the launcher alone has to reach the program as well.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      isAskedToEnd = true;
      if (!process.stdin.isTTY || signal !== 'SIGINT') child?.kill(signal);
    });
  }
  child = spawn(command, args, { stdio: 'inherit', env: environment });
  child.on('error', (error) =>
    instead ? instead() : fail(`Sealkeep could not start ${command}: ${error.message}`),
  );
  child.on('exit', (code, signal) => {
    const isEarly = !isAskedToEnd && performance.now() - startedAt < EARLY_MS;
    if (instead && isEarly && code !== 0) return instead();
    process.exit(signal ? 128 + constants.signals[signal] : code);
  });
}
