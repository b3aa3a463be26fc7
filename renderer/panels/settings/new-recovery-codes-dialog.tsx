import { useTexts } from '../../messages/use-texts.ts';
import { CodeDialog } from '../../parts/code-dialog.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Ten new recovery codes, which the enrolment's screen shows once. */
export function NewRecoveryCodesDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const renew = useCall('account.new-recovery-codes');
  const go = async (code: string) => {
    const result = await renew.run({ code });
    if (!result.ok) return false;
    enter({ step: 'recovery', user, purpose: 'codes', codes: result.value.recovery_codes });
    return true;
  };
  return (
    <CodeDialog
      title={t('own.codes.title')}
      action={t('own.codes.go')}
      error={renew.error}
      isBusy={renew.isBusy}
      onCode={go}
      onClose={onClose}
    >
      <p>{t('own.codes.about')}</p>
    </CodeDialog>
  );
}
