import { useEffect, useRef, useState } from 'react';
import { canonicalUserName } from '../../shared/names/user-name-form.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { CODE_LENGTH } from '../parts/code-digits.ts';
import { CodeField } from '../parts/code-field.tsx';
import { ErrorDetails, Note } from '../parts/error-note.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { recoveryCodeFrom } from '../parts/recovery-code.ts';
import { RecoveryCodeField } from '../parts/recovery-code-field.tsx';
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
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState('');
  const [isRecovery, setIsRecovery] = useState(false);
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

  const user = canonicalUserName(name.trim());
  const recoveryCode = recoveryCodeFrom(recovery);
  const missing = (isThere: boolean) => (isTried && !isThere ? t('field.missing') : null);

  const submit = async (sixDigits: string) => {
    setTried(true);
    if (user === '' || password === '' || login.isBusy) return;
    if (isRecovery ? recoveryCode === null : sixDigits.length !== CODE_LENGTH) return;
    const proof = isRecovery ? { recovery_code: recoveryCode ?? '' } : { code: sixDigits };
    wasRefused.current = true;
    const result = await login.run({ user, password, ...proof });
    if (result.ok) return;
    // A code that was refused will not be taken later either.
    setCode('');
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
        onSubmit={() => void submit(code)}
        actions={
          <Button look="primary" type="submit" isBusy={login.isBusy}>
            {t('login.go')}
          </Button>
        }
      >
        <TextField
          {...(lastUser ? {} : { 'data-first': true })}
          label={t('account.name')}
          problem={missing(user !== '')}
          autoComplete="username"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          {...(lastUser ? { 'data-first': true } : {})}
          label={t('account.password')}
          problem={missing(password !== '')}
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
            ref={codeField}
            label={t('login.code')}
            value={code}
            problem={isTried && !login.isBusy && code.length < CODE_LENGTH ? t('login.code.short') : null}
            isRefused={login.error?.code === 'LOGIN_REFUSED'}
            onChange={setCode}
            onComplete={(sixDigits) => void submit(sixDigits)}
          />
        )}
      </Form>
      <div className="entry-links">
        <LinkButton
          isHeld={isBusy}
          onClick={() => {
            login.forget();
            setTried(false);
            setIsRecovery(!isRecovery);
          }}
        >
          {t(isRecovery ? 'login.use-code' : 'login.use-recovery')}
        </LinkButton>
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
