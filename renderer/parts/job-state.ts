import type { Job } from '../../shared/bridge/state.ts';
import { printable } from '../../shared/names/printable.ts';
import type { Translate } from '../messages/texts.ts';

/** What a job's state is called. */
export function jobState({ kind, state, files }: Pick<Job, 'kind' | 'state' | 'files'>): JobStateKey {
  switch (state) {
    case 'cancelled':
      return kind === 'rewrap' ? 'job.rewrap.cancelled' : 'job.cancelled';
    case 'waiting':
    case 'paused':
    case 'interrupted':
      return `job.${state}`;
    case 'failed':
      return files.done > 0 ? 'job.partly' : `job.${kind}.failed`;
    default:
      return `job.${kind}.${state}`;
  }
}

/** The keys without places to fill. */
type JobStateKey =
  | 'job.waiting'
  | 'job.paused'
  | 'job.cancelled'
  | 'job.rewrap.cancelled'
  | 'job.interrupted'
  | 'job.partly'
  | `job.${Job['kind']}.${'running' | 'done' | 'failed'}`;

/** What a job is called: its file, or its first one and how many more. */
export function jobTitle({ kind, name, files }: Pick<Job, 'kind' | 'name' | 'files'>, t: Translate): string {
  if (kind === 'rewrap') return t('job.rewrap.title', { version: name });
  return files.total === 1 ? printable(name) : t('job.title', { name, n: files.total - 1 });
}
