import type { Logger } from 'pino';
import type { KekVersionName } from '../keyring/wrapped-key.ts';

/**
 * Works on each of several versions: what one fails with is logged and comes again with the next run, and the others are
 * worked on all the same.
 * @throws the first failure, when all had their turn: the run was not whole.
 */
export async function forEach(
  { logger }: { readonly logger: Logger },
  versions: readonly KekVersionName[],
  signal: AbortSignal,
  work: (version: KekVersionName) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const version of versions) {
    signal.throwIfAborted();
    try {
      await work(version);
    } catch (err) {
      signal.throwIfAborted();
      logger.warn({ err, ...version }, 'this key version has to wait for the next run');
      failures.push(err);
    }
  }
  if (failures.length > 0) throw failures[0];
}
