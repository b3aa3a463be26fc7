import { codeOf } from '../core/durable/publish.ts';

/** For a reply that is on its way: the browser broke it off, or the shell stops. @throws every other error. */
export function ignoreLeaving(error: unknown): void {
  const { name } = Object(error) as { name?: unknown };
  if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE' && name !== 'AbortError') throw error;
}
