import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { ErrorDetails, Note } from '../parts/error-note.tsx';
import { Form } from '../parts/form.tsx';
import { KnownNameField, knownNameFrom } from '../parts/known-name-field.tsx';
import { KnownPasswordField } from '../parts/known-password-field.tsx';
import { SecondFactorField, SecondFactorLink, useSecondFactor } from '../parts/second-factor.tsx';
import { useCall } from '../parts/use-call.ts';
import { placeName, useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Name, password, and a code: from the authenticator, or one of the ten for a lost phone. */
export function Login() {
  const { t, sentence } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const hasEnded = useViewStore((view) => view.hasLoginEnded);
  const leavingError = useViewStore((view) => view.leavingError);
  const lastUser = useAppStore((app) => app.state?.last_user ?? '');
  const team = useAppStore((app) => placeName(app.state?.servers ?? null));
  const [name, setName] = useState(lastUser);
  const [password, setPassword] = useState('');
  const factor = useSecondFactor();
  const [isTried, setTried] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  const login = useCall('account.login');
  const leave = useCall('place.leave');
  const isBusy = login.isBusy || leave.isBusy;
  const wasRefused = useRef(false);

  // Once the field takes text again.
  useEffect(() => {
    if (login.error && wasRefused.current) codeField.current?.focus();
    wasRefused.current = false;
  }, [login.error]);

  const submit = async (sixDigits?: string) => {
    setTried(true);
    const user = knownNameFrom(name);
    const proof = factor.proof(sixDigits);
    if (user === '' || password === '' || proof === null || login.isBusy) return;
    wasRefused.current = true;
    const result = await login.run({ user, password, ...proof });
    if (result.ok) return;
    // A code that was refused will not be taken later either.
    factor.setCode('');
    setTried(false);
  };

  return (
    <EntryFrame
      title={t('login.title')}
      {...(team ? { about: t('account.about.team', { address: team }) } : {})}
    >
      {leavingError && (
        <Note look="warn">
          <p>{t('login.untold')}</p>
          <p>{sentence(leavingError)}</p>
          <ErrorDetails error={leavingError} />
        </Note>
      )}
      {hasEnded && <Note look="info">{t('login.ended')}</Note>}
      <Form
        error={login.error ?? leave.error}
        onSubmit={() => void submit()}
        actions={
          <Button look="primary" type="submit" isBusy={login.isBusy}>
            {t('login.go')}
          </Button>
        }
      >
        <KnownNameField
          {...(lastUser ? {} : { 'data-first': true })}
          value={name}
          onText={setName}
          isTried={isTried}
        />
        <KnownPasswordField
          {...(lastUser ? { 'data-first': true } : {})}
          value={password}
          onText={setPassword}
          isTried={isTried}
        />
        <SecondFactorField
          ref={codeField}
          factor={factor}
          call={login}
          label={t('login.code')}
          isTried={isTried}
          onComplete={(sixDigits) => void submit(sixDigits)}
        />
      </Form>
      <div className="entry-links">
        <SecondFactorLink
          factor={factor}
          isHeld={isBusy}
          onTurn={() => {
            login.forget();
            setTried(false);
          }}
        />
        <LinkButton isHeld={isBusy} onClick={() => enter({ step: 'reset' })}>
          {t('login.reset')}
        </LinkButton>
        <LinkButton isHeld={isBusy} onClick={() => enter({ step: 'account' })}>
          {t('login.create')}
        </LinkButton>
        <LinkButton isHeld={isBusy} onClick={() => void leave.run({})}>
          {t('servers.change')}
        </LinkButton>
      </div>
    </EntryFrame>
  );
}
