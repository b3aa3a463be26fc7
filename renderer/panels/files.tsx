import { FileLock2, FilePlus2, FolderPlus } from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { Note } from '../parts/error-note.tsx';
import { FileChooser, FolderChooser, isMac } from '../parts/file-chooser.tsx';
import { JobList } from '../parts/job-list.tsx';
import { OfferNotes, useOffer } from '../parts/offer.tsx';
import { selectAway, useAppStore } from '../stores/app-store.ts';
import { useJobsStore } from '../stores/jobs-store.ts';

/** Seals what is dropped, opens what is sealed; the jobs stand below. */
export function FilesPanel() {
  const { t } = useTexts();
  const jobs = useJobsStore((store) => store.jobs);
  const away = useAppStore(selectAway);
  const isHolding = useAppStore((app) => app.state?.can.hold_folders);
  const start = useOffer('jobs.start');
  return (
    <DropZone
      promise={{
        icon: FileLock2,
        title: (n) => t('files.hover', { n }),
        about: t('files.hover.about'),
      }}
      onFiles={start.offer}
    >
      <div className="panel">
        {away && <Note look="warn">{t(`files.away.${away}`)}</Note>}
        <OfferNotes {...start} />
        <div className={jobs.length === 0 ? 'drop-place drop-place-tall' : 'drop-place'}>
          <FileLock2 aria-hidden="true" />
          <div>
            <h2>{t('files.drop')}</h2>
            <p>{t('files.drop.about')}</p>
          </div>
          <div className="drop-choose">
            <FileChooser label={t('files.choose')} icon={FilePlus2} onFiles={start.offer} />
            {isHolding && (
              <FolderChooser label={t('files.choose-folder')} icon={FolderPlus} onFiles={start.offer} />
            )}
            <span className="quiet">{t('files.key', { key: isMac() ? '⌘O' : 'Ctrl+O' })}</span>
          </div>
        </div>
        {jobs.length === 0 ? (
          <p className="quiet centred">{t('jobs.none')}</p>
        ) : (
          <JobList canClear title={t('jobs.title')} jobs={jobs} />
        )}
      </div>
    </DropZone>
  );
}
