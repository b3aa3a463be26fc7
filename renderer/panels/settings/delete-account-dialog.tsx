import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { CodeDialog } from '../../parts/code-dialog.tsx';
import { KnownPasswordField } from '../../parts/known-password-field.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** The end of the account. Where files would be lost the KMS says how many, and wants that accepted. */
export function DeleteAccountDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const { t } = useTexts();
  const remove = useCall('account.delete');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const [lost, setLost] = useState(0);
  const [isAccepted, setAccepted] = useState(false);
  const go = async (code: string) => {
    const view = useViewStore.getState();
    // That the login ends by it is no news.
    view.leave();
    const result = await remove.run({ password, code, is_loss_accepted: isAccepted });
    if (result.ok) {
      view.toast(t('own.delete.done', { user }));
      return true;
    }
    view.stay();
    if (result.error.code === 'ACCOUNT_NEEDED') setLost(Number(result.error.details['count'] ?? 1));
    return false;
  };
  return (
    <CodeDialog
      title={t('own.delete.title', { user })}
      action={t('own.delete.go')}
      look="danger"
      error={remove.error}
      isBusy={remove.isBusy}
      isReady={password !== '' && (lost === 0 || isAccepted)}
      onTried={() => setTried(true)}
      onCode={go}
      onClose={onClose}
    >
      <p>{t('own.delete.about')}</p>
      {lost > 0 && (
        <label className="check">
          <input
            type="checkbox"
            checked={isAccepted}
            aria-invalid={isTried && !isAccepted}
            onChange={(event) => setAccepted(event.target.checked)}
          />
          {t('own.delete.accept', { n: lost })}
        </label>
      )}
      <KnownPasswordField data-first value={password} onText={setPassword} isTried={isTried} />
    </CodeDialog>
  );
}
