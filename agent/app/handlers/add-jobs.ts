import { SealkeepError } from '../../../shared/errors/error.ts';
import type { JobOwner } from '../jobs/as-person.ts';
import { createWork } from '../jobs/create-work.ts';
import type { JobTask } from '../jobs/job-task.ts';
import type { AppParts } from './app-parts.ts';

/** @throws SealkeepError NOT_LOGGED_IN */
export function presentOwner(work: AppParts['work']): JobOwner {
  const owner = work.present();
  if (!owner) throw new SealkeepError('NOT_LOGGED_IN');
  return owner;
}

/**
 * Adds jobs of whoever is logged in.
 * @returns their ids, in the same order.
 * @throws SealkeepError NOT_LOGGED_IN, JOB_QUEUE_FULL
 */
export function addJobs(
  { queue, work }: Pick<AppParts, 'queue' | 'work'>,
  tasks: readonly JobTask[],
): string[] {
  const owner = presentOwner(work);
  return queue.add(
    owner,
    tasks.map((task) => createWork({ ...work, owner }, task)),
  );
}

/** The same for one. */
export function addJob(parts: Pick<AppParts, 'queue' | 'work'>, task: JobTask): string {
  const [id] = addJobs(parts, [task]);
  if (id === undefined) throw new SealkeepError('INTERNAL');
  return id;
}
