import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** A segment worker under which the files of one name are rewritten, in the same length, right after their first read. */
const { readSync, openSync, writeSync, closeSync, readlinkSync } = fs;
const rewritten = new Set<string>();
Object.assign(fs, {
  readSync(fd: number, bytes: Buffer, ...rest: [number, number, number]) {
    const read = readSync(fd, bytes, ...rest);
    const file = readlinkSync(`/proc/self/fd/${fd}`);
    if (file.endsWith('rewritten') && !rewritten.has(file)) {
      rewritten.add(file);
      const writing = openSync(file, 'r+');
      writeSync(writing, 'X');
      closeSync(writing);
    }
    return read;
  },
});
syncBuiltinESMExports();
await import('../../agent/engine/segment-worker.ts');
