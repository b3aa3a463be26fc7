import { useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { Note } from '../parts/error-note.tsx';
import { PasswordField } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { MIN_PASSWORD } from '../parts/strength.ts';
import { StrengthMeter } from '../parts/strength-meter.tsx';
import { useCall } from '../parts/use-call.ts';
import { UserNameField, userNameFrom } from '../parts/user-name-field.tsx';
import { placeName, useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Name and password. */
export function Account() {
  const { t, format } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const team = useAppStore((app) => placeName(app.state?.servers ?? null));
  const waiting = useAppStore((app) => app.state?.enrolment);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const register = useCall('account.register');
  const leave = useCall('place.leave');
  const resume = useCall('account.enrolment');
  const isBusy = register.isBusy || leave.isBusy;
  const user = userNameFrom(name);
  const isShort = [...password.normalize('NFKC')].length < MIN_PASSWORD;
  const passwordProblem =
    isTried && isShort ? t('account.password.short', { min: format.number(MIN_PASSWORD) }) : null;
  const go = async () => {
    setTried(true);
    if (user === null || isShort || register.isBusy) return;
    const result = await register.run({ user, password });
    if (result.ok && register.isShown()) enter({ step: 'authenticator', user, enrolment: result.value });
  };
  const goOn = async () => {
    const result = await resume.run({});
    if (result.ok && resume.isShown()) enter(result.value);
  };
  return (
    <EntryFrame
      title={t('account.title')}
      about={team ? t('account.about.team', { address: team }) : t('account.about.here')}
    >
      {waiting?.step === 'authenticator' && (
        <Note look="info">
          <p>{t('account.waiting', { user: waiting.user })}</p>
          <Button isSmall isBusy={resume.isBusy} onClick={() => void goOn()}>
            {t('account.waiting.go')}
          </Button>
        </Note>
      )}
      <Form
        error={register.error ?? leave.error ?? resume.error}
        onSubmit={() => void go()}
        actions={
          <Button look="primary" type="submit" isBusy={register.isBusy}>
            {t('account.create')}
          </Button>
        }
      >
        <UserNameField
          data-first
          label={t('account.name')}
          hint={t('account.name.hint')}
          autoComplete="username"
          value={name}
          onText={setName}
          isTried={isTried}
        />
        <PasswordField
          label={t('account.password.new')}
          problem={passwordProblem}
          autoComplete="new-password"
          maxLength={1024}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <StrengthMeter password={password} name={user ?? ''} />
      </Form>
      <div className="entry-links">
        <LinkButton isHeld={isBusy} onClick={() => enter({ step: 'login' })}>
          {t('account.have')}
        </LinkButton>
        <LinkButton isHeld={isBusy} onClick={() => void leave.run({})}>
          {t('servers.change')}
        </LinkButton>
      </div>
    </EntryFrame>
  );
}
