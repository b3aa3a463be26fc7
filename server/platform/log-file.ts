import { renameSync, statSync } from 'node:fs';
import pino, { type DestinationStream } from 'pino';

/** A log that is larger than this when it is opened begins anew; the one before is kept beside it. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A file that only its owner can read, which each line is in before the call that wrote it returns. */
export function openLogFile(file: string, maxBytes = MAX_BYTES): DestinationStream {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(file, `${file}.before`);
  return pino.destination({ dest: file, sync: true, mode: 0o600 });
}
