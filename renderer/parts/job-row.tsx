import {
  Check,
  CircleAlert,
  CloudDownload,
  CloudUpload,
  Download,
  FolderOpen,
  Lock,
  LockOpen,
  Minus,
  RotateCcw,
  X,
} from 'lucide-react';
import { memo } from 'react';
import type { Job } from '../../shared/bridge/state.ts';
import { ENC_ENDING } from '../../shared/names/endings.ts';
import { carrier } from '../bridge.ts';
import { type Texts, useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';
import { secondsLeft } from '../stores/jobs-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { Button, IconButton } from './button.tsx';
import { ErrorDetails, ErrorNote } from './error-note.tsx';
import { jobState } from './job-state.ts';
import { ProgressBar } from './progress-bar.tsx';
import { useCall } from './use-call.ts';

const KIND_ICONS = { seal: Lock, open: LockOpen, upload: CloudUpload, download: CloudDownload } as const;
const STATE_ICONS = { done: Check, failed: CircleAlert, cancelled: Minus } as const;

/** Bytes done of the total, rate, time left: as far as each is known. */
function progressText(job: Job, { t, format }: Texts): string {
  const left = secondsLeft(job);
  const parts = [
    job.total > 0 && t('job.bytes', { bytes: format.bytes(job.bytes), total: format.bytes(job.total) }),
    job.state === 'running' && job.rate > 0 && format.rate(job.rate),
    left !== null && t('job.left', { time: format.duration(left) }),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** A long name is cut before its ending, by which the two files of a pair differ. */
function EndingKept({ text }: { text: string }) {
  const dot = text.lastIndexOf('.');
  const end = dot < 0 ? text.length : dot;
  return (
    <span className="ending-kept">
      <span className="truncate">{text.slice(0, end)}</span>
      {text.slice(end)}
    </span>
  );
}

function DoneActions({ job }: { job: Job }) {
  const { t } = useTexts();
  const can = useAppStore((app) => app.state?.can);
  const toast = useViewStore((view) => view.toast);
  const upload = useCall('jobs.upload-output');
  const open = useCall('jobs.open-output');
  const show = useCall('jobs.show-in-folder');
  // Where a download was opened, the opened file comes first.
  const isSealed = job.outputs[0]?.name.endsWith(ENC_ENDING);
  const save = (index: number, name: string) => {
    carrier()
      .save(job.id, index)
      .then(
        () => toast(t('job.saved', { name })),
        () => toast(t('job.save.failed', { name })),
      );
  };
  return (
    <>
      <div className="job-actions">
        {job.kind === 'seal' && (
          <Button
            isSmall
            icon={CloudUpload}
            isBusy={upload.isBusy}
            aria-label={t('job.upload.name', { name: job.name })}
            onClick={() => void upload.run({ id: job.id })}
          >
            {t('job.upload')}
          </Button>
        )}
        {isSealed && (
          <Button
            isSmall
            icon={LockOpen}
            isBusy={open.isBusy}
            aria-label={t('job.open.name', { name: job.name })}
            onClick={() => void open.run({ id: job.id })}
          >
            {t('job.open')}
          </Button>
        )}
        {can?.show_in_folder && job.outputs.length > 0 && (
          <Button
            isSmall
            icon={FolderOpen}
            aria-label={t('job.show.name', { name: job.name })}
            onClick={() => void show.run({ id: job.id })}
          >
            {t('job.show')}
          </Button>
        )}
        {can?.save &&
          job.outputs.map((output, index) => (
            <Button
              key={output.name}
              isSmall
              icon={Download}
              aria-label={t('job.save', { name: output.name })}
              onClick={() => save(index, output.name)}
            >
              <EndingKept text={t('job.save', { name: output.name })} />
            </Button>
          ))}
      </div>
      <ErrorNote error={upload.error ?? open.error ?? show.error} />
    </>
  );
}

function Retry({ job }: { job: Job }) {
  const { t } = useTexts();
  const retry = useCall('jobs.retry');
  return (
    <Button
      isSmall
      icon={RotateCcw}
      isBusy={retry.isBusy}
      aria-label={t('job.retry', { name: job.name })}
      onClick={() => void retry.run({ id: job.id })}
    >
      {t('action.retry')}
    </Button>
  );
}

/** One file on its way, and what can be done about it. */
export const JobRow = memo(function JobRow({ job }: { job: Job }) {
  const texts = useTexts();
  const { t, format, sentence } = texts;
  const cancel = useCall('jobs.cancel');
  const isActive = job.state === 'waiting' || job.state === 'running';
  const KindIcon = KIND_ICONS[job.kind];
  const StateIcon = isActive ? null : STATE_ICONS[job.state as keyof typeof STATE_ICONS];
  const folder = job.outputs[0]?.folder;
  const names = format.list(job.outputs.map((output) => output.name));
  return (
    <li className={`job job-${job.state}`} data-testid="job" data-state={job.state} data-kind={job.kind}>
      <span className="job-icon">
        <KindIcon aria-hidden="true" />
      </span>
      <div className="job-body">
        <div className="job-head">
          <span className="job-name truncate" title={job.name}>
            {job.name}
          </span>
          <span className="job-state">
            {StateIcon && <StateIcon aria-hidden="true" />}
            {t(jobState(job))}
          </span>
        </div>
        {isActive && (
          <>
            <ProgressBar
              label={t('job.progress', { name: job.name })}
              value={job.bytes}
              total={job.state === 'waiting' ? 1 : job.total}
              text={progressText(job, texts)}
            />
            <p className="job-more">{progressText(job, texts)}</p>
          </>
        )}
        {job.state === 'done' && (
          <>
            {names && (
              <p className="job-more">
                {names} {folder && t('job.in', { folder })}
              </p>
            )}
            <DoneActions job={job} />
          </>
        )}
        {job.state === 'failed' && (
          <>
            {job.error && <p className="job-error">{sentence(job.error)}</p>}
            <div className="job-actions">
              {job.can_retry && <Retry job={job} />}
              {job.error && <ErrorDetails error={job.error} />}
            </div>
          </>
        )}
        {job.state === 'cancelled' && job.can_retry && (
          <div className="job-actions">
            <Retry job={job} />
          </div>
        )}
      </div>
      {isActive && (
        <IconButton
          icon={X}
          label={t('job.cancel', { name: job.name })}
          onClick={() => void cancel.run({ id: job.id })}
        />
      )}
    </li>
  );
});
