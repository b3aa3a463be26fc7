import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { Section } from '../../parts/section.tsx';
import { DeleteAccountDialog } from './delete-account-dialog.tsx';
import { NewAuthenticatorDialog } from './new-authenticator-dialog.tsx';
import { NewRecoveryCodesDialog } from './new-recovery-codes-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';

const CHANGES = ['password', 'authenticator', 'codes'] as const;
const DIALOGS = {
  password: PasswordDialog,
  authenticator: NewAuthenticatorDialog,
  codes: NewRecoveryCodesDialog,
  delete: DeleteAccountDialog,
} as const;
type Act = keyof typeof DIALOGS;

/** What opens the person's account, and its end. */
export function AccountSettings({ user }: { user: string }) {
  const { t } = useTexts();
  const [act, setAct] = useState<Act | null>(null);
  const Asked = act && DIALOGS[act];
  return (
    <Section title={t('own.account')}>
      <p>{t('own.account.who', { user })}</p>
      <div className="setting-actions">
        {CHANGES.map((one) => (
          <Button key={one} onClick={() => setAct(one)}>
            {t(`own.${one}`)}
          </Button>
        ))}
      </div>
      <div className="setting-actions">
        <Button className="button-end" onClick={() => setAct('delete')}>
          {t('own.delete')}
        </Button>
      </div>
      {Asked && <Asked user={user} onClose={() => setAct(null)} />}
    </Section>
  );
}
