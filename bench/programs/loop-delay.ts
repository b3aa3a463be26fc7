import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/**
 * Imported into a program before its own code (`node --import`): measures how late the main thread's event loop is. It
 * says on standard error where it is asked, `/start` and `/stop`; the program itself knows nothing of it.
 */
export interface LoopDelay {
  /** Milliseconds, both. */
  readonly p99: number;
  readonly longest: number;
}

/** The histogram's timer fires this often: so much is no delay. */
const EVERY_MS = 5;

if (isMainThread) {
  const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
  const milliseconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - EVERY_MS);
  const server = createServer((request, response) => {
    histogram.disable();
    const delay: LoopDelay = {
      p99: milliseconds(histogram.percentile(99)),
      longest: milliseconds(histogram.max),
    };
    response.setHeader('connection', 'close').end(JSON.stringify(delay));
    if (request.url !== '/start') return;
    histogram.reset();
    histogram.enable();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address === 'object')
      process.stderr.write(`Its event loop is measured at http://127.0.0.1:${address.port}\n`);
  });
  server.unref();
}
