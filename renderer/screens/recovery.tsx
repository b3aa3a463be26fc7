import { useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { RecoveryCodes } from '../parts/recovery-codes.tsx';
import { useCall } from '../parts/use-call.ts';
import { type RecoveryPurpose, useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

interface RecoveryProps {
  readonly user: string;
  readonly codes: readonly string[];
  readonly purpose: RecoveryPurpose;
}

/** Ten codes for a lost phone; the person says that they are kept before going on. */
export function Recovery({ user, codes, purpose }: RecoveryProps) {
  const { t } = useTexts();
  const view = useViewStore((store) => store.enter);
  const [isKept, setKept] = useState(false);
  const enter = useCall('account.enter');
  const go = async () => {
    // The person is in the main window already.
    if (purpose === 'codes') return view({ step: 'start' });
    const result = await enter.run({});
    if (!result.ok) return;
    const { next } = result.value;
    if (next === 'approval') view({ step: 'approval', user });
    else view({ step: next === 'login' ? 'login' : 'start' });
  };
  return (
    <EntryFrame
      title={t('recovery.title')}
      about={t(purpose === 'register' ? 'recovery.about' : 'recovery.about.renewed')}
    >
      <RecoveryCodes user={user} codes={codes} />
      <label className="check">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        {t('recovery.confirm')}
      </label>
      <ErrorNote error={enter.error} />
      <div className="form-actions">
        <Button look="primary" disabled={!isKept} isBusy={enter.isBusy} onClick={() => void go()}>
          {t(`recovery.next.${purpose}`)}
        </Button>
      </div>
    </EntryFrame>
  );
}
