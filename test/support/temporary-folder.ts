import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** vitest's global setup: tests get a temporary folder of their own, and the run fails where one leaves something there. */
export function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'sealkeep-unit-'));
  // As the system's own: some tests work as another user.
  chmodSync(folder, 0o1777);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left behind in the temporary folder: ${left.join(', ')}`);
  };
}
