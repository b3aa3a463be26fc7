import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { Note } from '../parts/error-note.tsx';
import { useCall } from '../parts/use-call.ts';
import { useAppStore } from '../stores/app-store.ts';

/** What the key server wants the person to know of their account, until they have read it. */
export function Notices() {
  const { t, format } = useTexts();
  const notices = useAppStore((app) => app.state?.notices);
  const dismiss = useCall('account.dismiss-notices');
  if (!notices || notices.length === 0) return null;
  return (
    <div className="notices">
      <Note look="warn">
        {notices.map(({ kind, at, by }) => (
          <p key={`${kind} ${at}`}>{t(`notice.${kind}`, { name: by, date: format.dateTime(at) })}</p>
        ))}
        <div className="note-actions">
          <Button isSmall isBusy={dismiss.isBusy} onClick={() => void dismiss.run({})}>
            {t('notice.read')}
          </Button>
        </div>
      </Note>
    </div>
  );
}
