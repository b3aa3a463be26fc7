import {
  Check,
  CircleAlert,
  CirclePause,
  CloudDownload,
  CloudUpload,
  Lock,
  LockOpen,
  Minus,
  ShieldCheck,
  Unplug,
} from 'lucide-react';
import { memo } from 'react';
import type { Job } from '../../shared/bridge/state.ts';
import { type Texts, useTexts } from '../messages/use-texts.ts';
import { isUnderWay, secondsLeft } from '../stores/jobs-store.ts';
import { ErrorDetails } from './error-note.tsx';
import { DoneActions, Retry, WayActions } from './job-actions.tsx';
import { JobFailures } from './job-failures.tsx';
import { Originals } from './job-originals.tsx';
import { jobState, jobTitle } from './job-state.ts';
import { ProgressBar } from './progress-bar.tsx';

const KIND_ICONS = {
  seal: Lock,
  open: LockOpen,
  prove: ShieldCheck,
  upload: CloudUpload,
  download: CloudDownload,
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

/** Files and bytes done of how many, rate, time left: as far as each is known. */
function progressText(job: Job, texts: Texts): string {
  const { t, format } = texts;
  const left = secondsLeft(job);
  const parts = [
    filesText(job, texts),
    job.failed > 0 && job.files.total > 1 && t('job.failures', { n: job.failed }),
    job.total > 0 && t('job.bytes', { bytes: format.bytes(job.bytes), total: format.bytes(job.total) }),
    job.state === 'running' && job.rate > 0 && format.rate(job.rate),
    left !== null && t('job.left', { time: format.duration(left) }),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Of many: how many are done. */
function filesText({ files: { total, done } }: Job, { t, format }: Texts): string {
  if (total === 1) return '';
  if (done === total) return t('job.files.all', { n: total });
  return t('job.files', { done: format.number(done), total: format.number(total) });
}

/** Where what a job made lies, if that is one place, and what it is called where that is one file's. */
function madeText(job: Job, texts: Texts): string {
  const { t, format } = texts;
  const [folder, ...others] = new Set(job.outputs.map((output) => output.folder));
  const made =
    job.files.total > 1 ? filesText(job, texts) : format.list(job.outputs.map((output) => output.name));
  return [made, folder && others.length === 0 && t('job.in', { folder })].filter(Boolean).join(' ');
}

/** Why nothing more comes of it, and what to do. */
function Ended({ job }: { job: Job }) {
  const texts = useTexts();
  const { t, sentence } = texts;
  const done = job.files.total > 1 ? madeText(job, texts) : '';
  const isLost = job.state !== 'cancelled' && !job.can_retry;
  // That the page is gone is said below.
  const error = isLost && job.error?.code === 'FILE_PAGE_GONE' ? null : job.error;
  return (
    <>
      {job.state === 'interrupted' && <p className="job-more">{t('job.interrupted.about')}</p>}
      {done && <p className="job-more">{done}</p>}
      {error && <p className="job-error">{sentence(error)}</p>}
      {job.files.total > 1 && <JobFailures job={job} />}
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
        {isUnderWay(job) && (
          <>
            <ProgressBar
              label={t('job.progress', { name: title })}
              value={job.bytes}
              total={job.state === 'running' ? job.total : Math.max(job.total, 1)}
              text={progressText(job, texts)}
            />
            <p className="job-more">{progressText(job, texts)}</p>
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
