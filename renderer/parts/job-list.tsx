import type { Job } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { isUnderWay, overallProgress } from '../stores/jobs-store.ts';
import { Button } from './button.tsx';
import { JobRow } from './job-row.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { useCall } from './use-call.ts';

/** More rows than this help nobody, and cost the page its pace. */
const SHOWN = 100;

interface JobListProps {
  readonly title: string;
  /** Oldest first, as the agent gives them; shown newest first. */
  readonly jobs: readonly Job[];
  readonly canClear?: boolean;
}

/** Jobs under a heading, with one bar for all where there are several under way. */
export function JobList({ title, jobs, canClear }: JobListProps) {
  const { t, format } = useTexts();
  const clear = useCall('jobs.clear');
  const { active, fraction } = overallProgress(jobs);
  const ended = jobs.filter((job) => !isUnderWay(job)).length;
  const done = jobs.filter(({ state }) => state === 'done').length;
  const hidden = jobs.length - SHOWN;
  const overall = t('jobs.overall', {
    done: format.number(done),
    n: jobs.length,
  });
  return (
    <section className="jobs" aria-label={title}>
      <header className="section-head">
        <h2>{title}</h2>
        {active > 1 && <span className="quiet">{overall}</span>}
        {canClear && ended > 0 && (
          <Button look="quiet" isSmall onClick={() => void clear.run({})}>
            {t('jobs.clear')}
          </Button>
        )}
      </header>
      {active > 1 && <ProgressBar label={overall} value={fraction} total={1} />}
      <ul className="job-list">
        {jobs
          .slice(-SHOWN)
          .reverse()
          .map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
      </ul>
      {hidden > 0 && <p className="quiet">{t('jobs.more', { n: hidden })}</p>}
    </section>
  );
}
