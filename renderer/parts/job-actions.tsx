import { CloudUpload, FolderOpen, LockOpen, Pause, Play, RotateCcw, X } from 'lucide-react';
import type { Job } from '../../shared/bridge/state.ts';
import { ENC_ENDING, SEALED_ENDING } from '../../shared/names/endings.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';
import { Button, IconButton } from './button.tsx';
import { ErrorNote } from './error-note.tsx';
import { jobTitle } from './job-state.ts';
import { SaveButton } from './save-button.tsx';
import { useCall } from './use-call.ts';

/** What can be done with what a job made. */
export function DoneActions({ job }: { job: Job }) {
  const { t } = useTexts();
  const can = useAppStore((app) => app.state?.can);
  const upload = useCall('jobs.upload-output');
  const open = useCall('jobs.open-output');
  const show = useCall('jobs.show-in-folder');
  const name = jobTitle(job, t);
  const isOne = job.files.total === 1;
  // Where a download was opened, the opened file comes first.
  const isSealed = job.outputs[0]?.name.endsWith(job.folder ? SEALED_ENDING : ENC_ENDING);
  return (
    <>
      <div className="job-actions">
        {job.kind === 'seal' && !job.folder && (
          <Button
            isSmall
            icon={CloudUpload}
            isBusy={upload.isBusy}
            aria-label={t('job.upload.name', { name })}
            onClick={() => void upload.run({ id: job.id })}
          >
            {t('job.upload')}
          </Button>
        )}
        {isOne && isSealed && (
          <Button
            isSmall
            icon={LockOpen}
            isBusy={open.isBusy}
            aria-label={t('job.open.name', { name })}
            onClick={() => void open.run({ id: job.id })}
          >
            {t('job.open')}
          </Button>
        )}
        {can?.show_in_folder && job.outputs.length > 0 && (
          <Button
            isSmall
            icon={FolderOpen}
            aria-label={t('job.show.name', { name })}
            onClick={() => void show.run({ id: job.id })}
          >
            {t('job.show')}
          </Button>
        )}
        {isOne &&
          !job.folder &&
          can?.save &&
          job.outputs.map((output, index) => (
            <SaveButton key={output.name} id={job.id} index={index} name={output.name} />
          ))}
      </div>
      <ErrorNote error={upload.error ?? open.error ?? show.error} />
    </>
  );
}

/** Tries again what is not done of a job. */
export function Retry({ job }: { job: Job }) {
  const { t } = useTexts();
  const retry = useCall('jobs.retry');
  const isRewrap = job.kind === 'rewrap';
  return (
    <>
      <Button
        isSmall
        icon={RotateCcw}
        isBusy={retry.isBusy}
        aria-label={t(isRewrap ? 'job.rewrap.again.name' : 'job.retry', { name: jobTitle(job, t) })}
        onClick={() => void retry.run({ id: job.id })}
      >
        {t(isRewrap ? 'job.rewrap.again' : 'action.retry')}
      </Button>
      <ErrorNote error={retry.error} />
    </>
  );
}

/** Pauses, resumes and cancels what is under way. */
export function WayActions({ job }: { job: Job }) {
  const { t } = useTexts();
  const pause = useCall('jobs.pause');
  const resume = useCall('jobs.resume');
  const cancel = useCall('jobs.cancel');
  const name = jobTitle(job, t);
  const isPaused = job.state === 'paused';
  return (
    <div className="job-way">
      {/* One button that changes what it does, so that whoever uses it by keyboard stays on it. */}
      {(isPaused || job.can_pause) && (
        <IconButton
          icon={isPaused ? Play : Pause}
          label={t(isPaused ? 'job.resume' : 'job.pause', { name })}
          onClick={() => void (isPaused ? resume : pause).run({ id: job.id })}
        />
      )}
      <IconButton
        icon={X}
        label={t(job.kind === 'rewrap' ? 'job.rewrap.stop' : 'job.cancel', { name })}
        onClick={() => void cancel.run({ id: job.id })}
      />
    </div>
  );
}
