import type { Job } from '../../shared/bridge/state.ts';

/** What a job's state is called. */
export function jobState(job: Pick<Job, 'kind' | 'state'>): JobStateKey {
  switch (job.state) {
    case 'waiting':
      return 'job.waiting';
    case 'cancelled':
      return 'job.cancelled';
    default:
      return `job.${job.kind}.${job.state}`;
  }
}

/** The keys without places to fill. */
type JobStateKey =
  | 'job.waiting'
  | 'job.cancelled'
  | `job.${Job['kind']}.${Exclude<Job['state'], 'waiting' | 'cancelled'>}`;
