import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Who registered waits until an administrator says yes. */
export function Approval({ user }: { user: string }) {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  return (
    <EntryFrame title={t('approval.title')} about={t('approval.about', { user })}>
      <p>{t('approval.then')}</p>
      <div className="form-actions">
        <Button look="primary" onClick={() => enter({ step: 'login' })}>
          {t('approval.login')}
        </Button>
      </div>
    </EntryFrame>
  );
}
