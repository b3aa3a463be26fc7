import { emptyLog } from '../../../core/durable/empty-log.ts';
import type { Schedule } from '../../../core/schedule.ts';
import type { RewrappingParts } from '../rewrapping/rewrap-version.ts';
import { createUpkeep, type Upkeep } from './create-upkeep.ts';
import { destroyDue, retireDue } from './end-versions.ts';
import { forgetDeleted, forgetRunOut } from './forget-run-out.ts';
import { rewrapDue } from './rewrap-due.ts';
import { rotateDue } from './rotate-due.ts';

/** A moment after the start: inside an app the cloud starts after the KMS. */
const FIRST_MS = 5000;
const EVERY_MS = 600_000;

/**
 * What the KMS does of itself: for the keyring rotation by schedule, rewrapping, retiring, destroying; and it forgets
 * what has run out or was deleted, in the write-ahead log as well.
 */
export function createKmsUpkeep(parts: RewrappingParts, schedule: Schedule): Upkeep {
  let isUnfinished = true;
  return createUpkeep({
    logger: parts.logger,
    schedule,
    firstMs: FIRST_MS,
    everyMs: EVERY_MS,
    tasks: {
      rotate: (signal) => rotateDue(parts, signal),
      async rewrap(signal) {
        const wasUnfinished = isUnfinished;
        isUnfinished = true;
        await rewrapDue(parts, wasUnfinished, signal);
        isUnfinished = false;
      },
      retire: (signal) => retireDue(parts, signal),
      destroy: (signal) => destroyDue(parts, signal),
      forget: () => forgetRunOut(parts),
      'forget deleted': (signal) => forgetDeleted(parts, signal),
      // Whoever deletes something empties the log, unless somebody reads then, or there is a crash before.
      async 'empty log'() {
        if (!(await emptyLog(parts.database))) {
          parts.logger.info('the write-ahead log is emptied later, because somebody reads the database');
        }
      },
    },
  });
}
