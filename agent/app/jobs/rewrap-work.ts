import { SealkeepError } from '../../../shared/errors/error.ts';
import { followRewrapping, leftBehind } from '../../keys/follow-rewrapping.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { RewrapTarget } from './job-task.ts';
import type { Work } from './work.ts';

/**
 * Follows the KMS while it rewraps under the active version of a KEK what hangs on the others. Each counts as one byte of the
 * job. It fails with REWRAP_UNFINISHED where nothing moves any more; the KMS tries again by itself.
 */
export function rewrapWork(parts: WorkParts, { keyId, version, total }: RewrapTarget): Omit<Work, 'kept'> {
  return {
    kind: 'rewrap',
    files: [{ name: String(version), size: total }],
    holding: 'none',
    goesOnElsewhere: true,
    canRetry: () => true,
    run: ({ signal, report }) =>
      asPerson(parts, signal, async (jobs) => {
        let all = total;
        const onLeft = (left: number) => {
          all = Math.max(all, left);
          report.progress(0, all - left, all);
        };
        const left = leftBehind(await followRewrapping(jobs, { keyId, signal, onLeft }));
        if (signal.aborted) throw new SealkeepError('JOB_CANCELLED');
        if (left > 0) throw new SealkeepError('REWRAP_UNFINISHED', { count: left });
        report.finished(0, []);
      }),
  };
}
