import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { KnownPasswordField } from '../../parts/known-password-field.tsx';
import { SecondFactorField, SecondFactorLink, useSecondFactor } from '../../parts/second-factor.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Proves who asks, by a recovery code where the phone is lost; the enrolment's screens do the rest. */
export function NewAuthenticatorDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const renew = useCall('account.renew-authenticator');
  const [password, setPassword] = useState('');
  const factor = useSecondFactor();
  const [isTried, setTried] = useState(false);
  const go = async () => {
    setTried(true);
    const proof = factor.proof();
    if (password === '' || proof === null || renew.isBusy) return;
    const result = await renew.run({ password, ...proof });
    if (result.ok) return enter({ step: 'authenticator', user, purpose: 'renew', enrolment: result.value });
    factor.setCode('');
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
          <KnownPasswordField data-first value={password} onText={setPassword} isTried={isTried} />
          <SecondFactorField
            factor={factor}
            call={renew}
            label={t('own.authenticator.code')}
            isTried={isTried}
          />
          <SecondFactorLink
            factor={factor}
            isHeld={renew.isBusy}
            onTurn={() => {
              renew.forget();
              setTried(false);
            }}
          />
        </Form>
      </div>
    </Dialog>
  );
}
