import type { EventEmitter } from 'node:events';
import { codeOf } from '../../core/durable/publish.ts';

/** What writing gives once the terminal, or the program behind the pipe, is gone. */
const GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

/** Lets the process go on where nobody reads any more what it says; every other error of writing stays a defect. */
export function outliveOutput(streams: readonly EventEmitter[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    stream.on('error', (error) => {
      if (!GONE.has(codeOf(error) ?? '')) throw error;
    });
  }
}
