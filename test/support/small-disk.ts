import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  remove(): void;
}

/** A real file system of so many MiB. Only root may mount: for others there is none, and the reason is printed. */
export function mountSmallDisk(mebibytes = 1): SmallDisk | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'sealkeep-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', folder], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    process.stderr.write(`not tested on a full disk: ${mounted.error?.message ?? mounted.stderr.trim()}\n`);
    return undefined;
  }
  return {
    folder,
    remove() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
