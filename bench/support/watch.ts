import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Watched } from '../kms/orders.ts';

const EVERY_MS = 1;

/** Watches what this process uses, from `start` to `stop`. */
export function createWatch(): { start(): void; stop(): Watched } {
  const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
  let before = process.cpuUsage();
  return {
    start() {
      delay.reset();
      delay.enable();
      before = process.cpuUsage();
    },
    stop() {
      const { user, system } = process.cpuUsage(before);
      delay.disable();
      return { heldMs: Math.max(0, delay.max / 1e6 - EVERY_MS), cpuUs: user + system };
    },
  };
}
