import { useMemo } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { JobList } from '../parts/job-list.tsx';
import { isTransfer, useJobsStore } from '../stores/jobs-store.ts';

/** Uploads and downloads that are under way or need a look; what went well stands in *Files*. */
export function Transfers() {
  const { t } = useTexts();
  const jobs = useJobsStore((store) => store.jobs);
  const shown = useMemo(
    () => jobs.filter((job) => isTransfer(job) && job.state !== 'done' && job.state !== 'cancelled'),
    [jobs],
  );
  return shown.length === 0 ? null : <JobList title={t('jobs.transfers')} jobs={shown} />;
}
