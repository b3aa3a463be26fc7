import { useState } from 'react';
import { canonicalUserName, isUserName } from '../../shared/names/user-name-form.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { MIN_PASSWORD } from '../parts/strength.ts';
import { StrengthMeter } from '../parts/strength-meter.tsx';
import { useCall } from '../parts/use-call.ts';
import { placeName, useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Name and password. */
export function Account() {
  const { t, format } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const team = useAppStore((app) => placeName(app.state?.servers ?? null));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const register = useCall('account.register');
  const leave = useCall('place.leave');
  const user = canonicalUserName(name.trim());
  const nameProblem = isTried && !isUserName(user) ? t('account.name.wrong') : null;
  const isShort = [...password.normalize('NFKC')].length < MIN_PASSWORD;
  const passwordProblem =
    isTried && isShort ? t('account.password.short', { min: format.number(MIN_PASSWORD) }) : null;
  const go = async () => {
    setTried(true);
    if (!isUserName(user) || isShort || register.isBusy) return;
    const result = await register.run({ user, password });
    if (result.ok) enter({ step: 'authenticator', user, enrolment: result.value });
  };
  return (
    <EntryFrame
      title={t('account.title')}
      about={team ? t('account.about.team', { address: team }) : t('account.about.here')}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <TextField
          data-first
          label={t('account.name')}
          hint={t('account.name.hint')}
          problem={nameProblem}
          autoComplete="username"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          label={t('account.password.new')}
          problem={passwordProblem}
          autoComplete="new-password"
          maxLength={1024}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <StrengthMeter password={password} name={user} />
        <ErrorNote error={register.error ?? leave.error} />
        <div className="form-actions">
          <Button look="primary" type="submit" isBusy={register.isBusy}>
            {t('account.create')}
          </Button>
        </div>
      </form>
      <div className="entry-links">
        <LinkButton onClick={() => enter({ step: 'login' })}>{t('account.have')}</LinkButton>
        <LinkButton onClick={() => void leave.run({})}>{t('servers.change')}</LinkButton>
      </div>
    </EntryFrame>
  );
}
