import { useMemo } from 'react';
import type { Job } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { JobList } from '../parts/job-list.tsx';
import { isTransfer, useJobsStore } from '../stores/jobs-store.ts';

/** Uploads and downloads that are under way or need a look, and downloads that are done: where they are is said here. */
export function Transfers() {
  const { t } = useTexts();
  const jobs = useJobsStore((store) => store.jobs);
  const shown = useMemo(() => jobs.filter(isShown), [jobs]);
  return shown.length === 0 ? null : <JobList canClear title={t('jobs.transfers')} jobs={shown} />;
}

/** What was uploaded stands in the table below. */
function isShown(job: Job): boolean {
  return isTransfer(job) && job.state !== 'cancelled' && !(job.kind === 'upload' && job.state === 'done');
}
