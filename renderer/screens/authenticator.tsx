import { Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import type { BridgeOutput } from '../../shared/bridge/calls.ts';
import type { EnrolmentPurpose } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { CodeField } from '../parts/code-field.tsx';
import { ErrorNote, useCopy } from '../parts/error-note.tsx';
import { useCall } from '../parts/use-call.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** An SVG as an image: as a picture it can hold no script, and a data address is all that the page's policy takes. */
function svgAddress(svg: string): string {
  const bytes = new TextEncoder().encode(svg);
  return `data:image/svg+xml;base64,${btoa(String.fromCharCode(...bytes))}`;
}

interface AuthenticatorProps {
  readonly user: string;
  readonly purpose: EnrolmentPurpose;
  readonly enrolment: BridgeOutput<'account.register'>;
}

/** Where a person goes who breaks it off. */
const BEFORE = { register: 'account', reset: 'reset', renew: 'start' } as const;

/** The QR picture, and the first code from the phone. */
export function Authenticator({ user, purpose, enrolment }: AuthenticatorProps) {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const leave = useViewStore((view) => view.leave);
  const stay = useViewStore((view) => view.stay);
  const copy = useCopy();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const confirm = useCall('account.confirm');
  const submit = async (sixDigits: string) => {
    if (confirm.isBusy) return;
    // It ends the login of who is in, which is no news.
    if (purpose === 'renew') leave();
    const result = await confirm.run({ code: sixDigits });
    // Going on drops the secret: nothing of this page holds it after that.
    if (result.ok) return enter({ step: 'recovery', user, purpose, codes: result.value.recovery_codes });
    stay();
    setCode('');
    field.current?.focus();
  };
  const isWrong = confirm.error?.code === 'ENROLMENT_REFUSED' || confirm.error?.code === 'LOGIN_REFUSED';
  return (
    <EntryFrame
      isWide
      title={t(purpose === 'register' ? 'authenticator.title' : 'authenticator.title.new')}
      about={t('authenticator.about')}
    >
      <div className="enrolment">
        <img className="qr" src={svgAddress(enrolment.qr_svg)} alt={t('authenticator.qr')} />
        <div className="enrolment-side">
          <CodeField
            isFirst
            ref={field}
            label={t('authenticator.code')}
            hint={t('authenticator.code.hint')}
            value={code}
            isRefused={isWrong}
            onChange={setCode}
            onComplete={(sixDigits) => void submit(sixDigits)}
          />
          {confirm.isBusy && <span className="spinner" aria-hidden="true" />}
          <ErrorNote error={confirm.error} />
          <div className="secret">
            <p>{t('authenticator.no-scan')}</p>
            <code data-testid="totp-secret">{enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            <div className="secret-actions">
              <Button isSmall icon={Copy} onClick={() => copy(enrolment.secret)}>
                {t('authenticator.copy')}
              </Button>
              <a href={enrolment.otp_uri}>{t('authenticator.link')}</a>
            </div>
          </div>
          <Button look="quiet" isSmall onClick={() => enter({ step: BEFORE[purpose] })}>
            {t(purpose === 'renew' ? 'action.cancel' : 'authenticator.again')}
          </Button>
        </div>
      </div>
    </EntryFrame>
  );
}
