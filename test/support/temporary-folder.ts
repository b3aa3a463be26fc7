import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PREFIX = 'sealkeep-tests-';
/** What the tools that tests start keep for their next run. */
const OF_TOOLS = ['jiti', 'node-compile-cache'];

/** Where Node keeps what it compiled: each thread and process that a test starts would do it again, for 0.1 s of work. */
const COMPILED = path.join(import.meta.dirname, '..', '..', 'out', 'compiled');

/** vitest's global setup: tests get a temporary folder of their own, and the run fails where one leaves something there. */
export function setup(): () => void {
  // Another project of the same run has made it, and looks at it in the end.
  if (path.basename(tmpdir()).startsWith(PREFIX)) return () => undefined;
  const folder = mkdtempSync(path.join(tmpdir(), PREFIX));
  // As the system's own: some tests work as another user.
  chmodSync(folder, 0o1777);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
  return () => {
    const left = readdirSync(folder).filter((name) => !OF_TOOLS.includes(name));
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left behind in the temporary folder: ${left.join(', ')}`);
  };
}
