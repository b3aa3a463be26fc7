import { useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { Form } from '../parts/form.tsx';
import { KnownNameField, knownNameFrom } from '../parts/known-name-field.tsx';
import { KnownPasswordField } from '../parts/known-password-field.tsx';
import { recoveryCodeFrom } from '../parts/recovery-code.ts';
import { RecoveryCodeField } from '../parts/recovery-code-field.tsx';
import { useCall } from '../parts/use-call.ts';
import { useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Another authenticator for who lost theirs, by the code that an administrator handed over. */
export function Reset() {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const lastUser = useAppStore((app) => app.state?.last_user ?? '');
  const [name, setName] = useState(lastUser);
  const [password, setPassword] = useState('');
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const reset = useCall('account.reset-authenticator');
  const user = knownNameFrom(name);
  const code = recoveryCodeFrom(text);
  const go = async () => {
    setTried(true);
    if (user === '' || password === '' || code === null || reset.isBusy) return;
    const result = await reset.run({ user, password, reset_code: code });
    if (result.ok && reset.isShown())
      enter({ step: 'authenticator', user, purpose: 'reset', enrolment: result.value });
  };
  return (
    <EntryFrame
      title={t('reset.title')}
      about={t('reset.about')}
      onBack={() => !reset.isBusy && enter({ step: 'login' })}
    >
      <Form
        error={reset.error}
        onSubmit={() => void go()}
        actions={
          <Button look="primary" type="submit" isBusy={reset.isBusy}>
            {t('action.continue')}
          </Button>
        }
      >
        <KnownNameField data-first value={name} onText={setName} isTried={isTried} />
        <KnownPasswordField value={password} onText={setPassword} isTried={isTried} />
        <RecoveryCodeField
          hint={t('reset.code.hint')}
          label={t('reset.code')}
          value={text}
          onText={setText}
          isTried={isTried}
        />
      </Form>
    </EntryFrame>
  );
}
