import {
  Check,
  CircleAlert,
  CirclePause,
  CloudDownload,
  CloudUpload,
  KeyRound,
  Lock,
  LockOpen,
  Minus,
  ShieldCheck,
  Trash2,
  Unplug,
} from 'lucide-react';
import { memo } from 'react';
import type { Job } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { isUnderWay } from '../stores/jobs-store.ts';
import { ErrorDetails } from './error-note.tsx';
import { Facts } from './facts.tsx';
import { DoneActions, Retry, WayActions } from './job-actions.tsx';
import { JobFailures } from './job-failures.tsx';
import { Originals } from './job-originals.tsx';
import { madeText, progressFacts } from './job-progress.ts';
import { jobState, jobTitle } from './job-state.ts';
import { ProgressBar } from './progress-bar.tsx';

const KIND_ICONS = {
  seal: Lock,
  open: LockOpen,
  prove: ShieldCheck,
  trash: Trash2,
  upload: CloudUpload,
  download: CloudDownload,
  rewrap: KeyRound,
} as const;
const STATE_ICONS = {
  waiting: null,
  running: null,
  paused: CirclePause,
  done: Check,
  failed: CircleAlert,
  cancelled: Minus,
  interrupted: Unplug,
} as const;

/** Why nothing more comes of it, and what to do. */
function Ended({ job }: { job: Job }) {
  const texts = useTexts();
  const { t, sentence } = texts;
  const done = job.files.total > 1 || job.kind === 'trash' ? madeText(job, texts) : '';
  const isLost = job.kind !== 'trash' && job.state !== 'cancelled' && !job.can_retry;
  // That the page is gone is said below.
  const error = isLost && job.error?.code === 'FILE_PAGE_GONE' ? null : job.error;
  return (
    <>
      {job.kind === 'rewrap' && job.state === 'cancelled' && (
        <p className="job-more">{t('job.rewrap.cancelled.about')}</p>
      )}
      {job.state === 'interrupted' && <p className="job-more">{t('job.interrupted.about')}</p>}
      {done && <p className="job-more">{done}</p>}
      {error && <p className="job-error">{sentence(error)}</p>}
      {job.files.total > 1 && <JobFailures job={job} />}
      {job.kind === 'trash' && job.can_prove && (
        <p className="job-more">{t('job.trash.unproved', { n: job.files.total - job.files.done })}</p>
      )}
      {isLost && <p className="job-more">{t('job.lost', { n: job.files.total - job.files.done })}</p>}
      {(job.can_retry || error) && (
        <div className="job-actions">
          {job.can_retry && <Retry job={job} />}
          {error && <ErrorDetails error={error} />}
        </div>
      )}
    </>
  );
}

/** A person's files on their way, one or many, and what can be done about them. */
export const JobRow = memo(function JobRow({ job }: { job: Job }) {
  const texts = useTexts();
  const { t } = texts;
  const KindIcon = KIND_ICONS[job.kind];
  const StateIcon = STATE_ICONS[job.state];
  const title = jobTitle(job, t);
  const made = madeText(job, texts);
  const facts = isUnderWay(job) ? progressFacts(job, texts) : null;
  return (
    <li className={`job job-${job.state}`} data-testid="job" data-state={job.state} data-kind={job.kind}>
      <span className="job-icon">
        <KindIcon aria-hidden="true" />
      </span>
      <div className="job-body">
        <div className="job-head">
          <span className="job-name truncate" title={title}>
            {title}
          </span>
          <span className="job-state">
            {StateIcon && <StateIcon aria-hidden="true" />}
            {t(jobState(job))}
          </span>
        </div>
        {facts && (
          <>
            <ProgressBar
              label={t('job.progress', { name: title })}
              value={job.bytes}
              total={job.state === 'running' ? job.total : Math.max(job.total, 1)}
              text={facts.join(' · ')}
            />
            <Facts className="job-more" of={facts} />
          </>
        )}
        {job.state === 'done' && (
          <>
            {made && <p className="job-more">{made}</p>}
            {job.kind === 'seal' && job.folder === 'page' && (
              <p className="job-more">{t('job.held-folder')}</p>
            )}
            <JobFailures job={job} />
            <DoneActions job={job} />
          </>
        )}
        {!isUnderWay(job) && job.state !== 'done' && <Ended job={job} />}
        {!isUnderWay(job) && <Originals job={job} />}
      </div>
      {isUnderWay(job) && <WayActions job={job} />}
    </li>
  );
});
