import { CircleAlert } from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';

/** Sealkeep itself has ended, or does not know this page any more: nothing here goes on, and all of it may be old. */
export function LostNote() {
  const { t } = useTexts();
  const reach = useAppStore((app) => app.reach);
  // The region is there before there is anything to say, or screen readers miss it.
  return (
    <div role="alert" className="lost-note">
      {reach !== 'there' && (
        <div className="note note-warn">
          <CircleAlert aria-hidden="true" />
          <div className="note-body">
            <p>{t(reach === 'lost' ? 'app.lost' : 'app.not-let-in')}</p>
          </div>
        </div>
      )}
    </div>
  );
}
