import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { CodeDialog } from '../../parts/code-dialog.tsx';
import { PasswordField } from '../../parts/field.tsx';
import { KnownPasswordField } from '../../parts/known-password-field.tsx';
import { isTooShort, MIN_PASSWORD } from '../../parts/strength.ts';
import { StrengthMeter } from '../../parts/strength-meter.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Another password for the person who is logged in. */
export function PasswordDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const change = useCall('account.change-password');
  const [password, setPassword] = useState('');
  const [fresh, setFresh] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = isTooShort(fresh);
  const go = async (code: string) => {
    const result = await change.run({ password, code, new_password: fresh });
    if (!result.ok) return false;
    toast(t('own.password.done'));
    onClose();
    return true;
  };
  return (
    <CodeDialog
      title={t('own.password.title')}
      action={t('own.password.go')}
      error={change.error}
      isBusy={change.isBusy}
      isReady={password !== '' && !isShort}
      onTried={() => setTried(true)}
      onCode={go}
      onClose={onClose}
    >
      <p>{t('own.password.about')}</p>
      <KnownPasswordField
        data-first
        label={t('own.password.now')}
        value={password}
        onText={setPassword}
        isTried={isTried}
      />
      <PasswordField
        label={t('own.password.new')}
        problem={
          isTried && isShort ? t('account.password.short', { min: format.number(MIN_PASSWORD) }) : null
        }
        autoComplete="new-password"
        maxLength={1024}
        value={fresh}
        onChange={(event) => setFresh(event.target.value)}
      />
      <StrengthMeter password={fresh} name={user} />
    </CodeDialog>
  );
}
