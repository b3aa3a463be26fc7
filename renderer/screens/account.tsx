import { useState } from 'react';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { Note } from '../parts/error-note.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { isTooShort, MIN_PASSWORD } from '../parts/strength.ts';
import { StrengthMeter } from '../parts/strength-meter.tsx';
import { useCall } from '../parts/use-call.ts';
import { UserNameField, userNameFrom } from '../parts/user-name-field.tsx';
import { placeName, useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Refusals after which the KMS takes an invitation, or the setup code that it printed. */
const WANTS_INVITATION: ReadonlySet<string> = new Set<ErrorCode>([
  'SETUP_REQUIRED',
  'SETUP_CODE_REFUSED',
  'REGISTRATION_CLOSED',
  'INVITATION_REFUSED',
]);

/** Name and password, and what lets somebody in where not everybody may register. */
export function Account() {
  const { t, format } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const team = useAppStore((app) => placeName(app.state?.servers ?? null));
  const waiting = useAppStore((app) => app.state?.enrolment);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [invitation, setInvitation] = useState('');
  const [isInvited, setInvited] = useState(false);
  const [isTried, setTried] = useState(false);
  const register = useCall('account.register');
  const leave = useCall('place.leave');
  const resume = useCall('account.enrolment');
  const isBusy = register.isBusy || leave.isBusy;
  const user = userNameFrom(name);
  const isShort = isTooShort(password);
  const passwordProblem =
    isTried && isShort ? t('account.password.short', { min: format.number(MIN_PASSWORD) }) : null;
  const go = async () => {
    setTried(true);
    if (user === null || isShort || register.isBusy) return;
    const given = invitation.trim();
    const result = await register.run({ user, password, ...(given !== '' && { invitation: given }) });
    if (result.ok && register.isShown())
      enter({ step: 'authenticator', user, purpose: 'register', enrolment: result.value });
    if (!result.ok && WANTS_INVITATION.has(result.error.code)) setInvited(true);
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
        {isInvited && (
          <TextField
            label={t('account.invitation')}
            hint={t('account.invitation.hint')}
            autoComplete="off"
            maxLength={128}
            value={invitation}
            onChange={(event) => setInvitation(event.target.value)}
          />
        )}
      </Form>
      <div className="entry-links">
        {!isInvited && team && (
          <LinkButton isHeld={isBusy} onClick={() => setInvited(true)}>
            {t('account.invited')}
          </LinkButton>
        )}
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
