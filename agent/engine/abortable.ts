import { SealkeepError } from '../../shared/errors/error.ts';

/**
 * Waits for something that may never come, but no longer than the signal lets it.
 * @throws SealkeepError JOB_CANCELLED once it was aborted; what comes after that is not looked at.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new SealkeepError('JOB_CANCELLED'));
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
