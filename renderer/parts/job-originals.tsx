import { ShieldCheck, Trash2 } from 'lucide-react';
import type { Job } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';
import { jobTitle } from './job-state.ts';
import { useCall } from './use-call.ts';

/** What can become of the originals of sealed files: first a proof, and only by that the trash, each by a job of its own. */
export function Originals({ job }: { job: Job }) {
  const can = useAppStore((app) => app.state?.can);
  if (!can?.trash) return null;
  if (job.can_prove) return <Prove job={job} />;
  return job.proof ? <Proved job={job} proof={job.proof} /> : null;
}

function Prove({ job }: { job: Job }) {
  const { t } = useTexts();
  const prove = useCall('jobs.prove');
  const n = job.kind === 'trash' ? job.files.total - job.files.done : job.files.total;
  return (
    <>
      <div className="job-actions">
        <Button
          isSmall
          icon={ShieldCheck}
          isBusy={prove.isBusy}
          aria-label={t('job.prove.name', { n, name: jobTitle(job, t) })}
          onClick={() => void prove.run({ id: job.id })}
        >
          {t('job.prove', { n })}
        </Button>
      </div>
      <ErrorNote error={prove.error} />
    </>
  );
}

function Proved({ job, proof }: { job: Job; proof: NonNullable<Job['proof']> }) {
  const { t, format } = useTexts();
  const trash = useCall('jobs.trash-originals');
  const { segments, bytes: compared, folder_files: files, left } = proof;
  const bytes = format.bytes(compared);
  return (
    <>
      {files === undefined ? (
        segments > 0 && <p className="job-more">{t('job.proved', { n: segments, bytes })}</p>
      ) : (
        <p className="job-more">{t('job.proved-folder', { n: files, bytes })}</p>
      )}
      {left > 0 && (
        <div className="job-actions">
          <Button
            isSmall
            icon={Trash2}
            isBusy={trash.isBusy}
            aria-label={t('job.trash.name', { n: left, name: jobTitle(job, t) })}
            onClick={() => void trash.run({ id: job.id })}
          >
            {t('job.trash', { n: left })}
          </Button>
        </div>
      )}
      <ErrorNote error={trash.error} />
    </>
  );
}
