import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { CODE_LENGTH } from '../../parts/code-digits.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { PasswordField } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { recoveryCodeFrom } from '../../parts/recovery-code.ts';
import { RecoveryCodeField } from '../../parts/recovery-code-field.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Proves who asks, by a recovery code where the phone is lost; the enrolment's screens do the rest. */
export function NewAuthenticatorDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const renew = useCall('account.renew-authenticator');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState('');
  const [isRecovery, setIsRecovery] = useState(false);
  const [isTried, setTried] = useState(false);
  const recoveryCode = recoveryCodeFrom(recovery);
  const isWhole = isRecovery ? recoveryCode !== null : code.length === CODE_LENGTH;
  const go = async () => {
    setTried(true);
    if (password === '' || !isWhole || renew.isBusy) return;
    const proof = isRecovery ? { recovery_code: recoveryCode ?? '' } : { code };
    const result = await renew.run({ password, ...proof });
    if (result.ok) return enter({ step: 'authenticator', user, purpose: 'renew', enrolment: result.value });
    setCode('');
    setTried(false);
  };
  return (
    <Dialog title={t('own.authenticator.title')} onClose={onClose}>
      <div className="dialog-body">
        <Form
          error={renew.error}
          onSubmit={() => void go()}
          actions={
            <>
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              <Button look="primary" type="submit" isBusy={renew.isBusy}>
                {t('action.continue')}
              </Button>
            </>
          }
        >
          <p>{t('own.authenticator.about')}</p>
          <PasswordField
            data-first
            label={t('account.password')}
            problem={isTried && password === '' ? t('field.missing') : null}
            autoComplete="current-password"
            maxLength={1024}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          {isRecovery ? (
            <RecoveryCodeField
              label={t('login.recovery')}
              hint={t('login.recovery.hint')}
              value={recovery}
              onText={setRecovery}
              isTried={isTried}
            />
          ) : (
            <CodeField
              label={t('own.authenticator.code')}
              value={code}
              problem={isTried && !renew.isBusy && !isWhole ? t('login.code.short') : null}
              isRefused={renew.error?.code === 'LOGIN_REFUSED'}
              onChange={setCode}
              onComplete={() => undefined}
            />
          )}
          <LinkButton
            isHeld={renew.isBusy}
            onClick={() => {
              renew.forget();
              setTried(false);
              setIsRecovery(!isRecovery);
            }}
          >
            {t(isRecovery ? 'login.use-code' : 'login.use-recovery')}
          </LinkButton>
        </Form>
      </div>
    </Dialog>
  );
}
