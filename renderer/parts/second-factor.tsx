import { type Ref, useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { LinkButton } from './button.tsx';
import { CODE_LENGTH } from './code-digits.ts';
import { CodeField } from './code-field.tsx';
import { recoveryCodeFrom } from './recovery-code.ts';
import { RecoveryCodeField } from './recovery-code-field.tsx';
import type { useCall } from './use-call.ts';

type SecondFactor = ReturnType<typeof useSecondFactor>;

/** What proves a person beside the password: a code from the authenticator or, for a lost phone, a recovery code. */
export function useSecondFactor() {
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState('');
  const [isRecovery, setIsRecovery] = useState(false);
  const recoveryCode = recoveryCodeFrom(recovery);
  return {
    code,
    setCode,
    recovery,
    setRecovery,
    isRecovery,
    /** As the agent takes it; null while it is not whole. */
    proof(sixDigits: string = code) {
      if (isRecovery) return recoveryCode === null ? null : { recovery_code: recoveryCode };
      return sixDigits.length === CODE_LENGTH ? { code: sixDigits } : null;
    },
    turn: () => setIsRecovery(!isRecovery),
  };
}

interface SecondFactorProps {
  readonly factor: SecondFactor;
  /** What it is sent by. */
  readonly call: Pick<ReturnType<typeof useCall>, 'isBusy' | 'error'>;
}

interface SecondFactorFieldProps extends SecondFactorProps {
  /** Of the code's field. */
  readonly label: string;
  /** Whether the form was sent: from then on it says what is wrong. */
  readonly isTried: boolean;
  /** The sixth digit is there. */
  readonly onComplete?: (sixDigits: string) => void;
  /** The code's field. */
  readonly ref?: Ref<HTMLInputElement>;
}

export function SecondFactorField({ factor, call, label, isTried, onComplete, ref }: SecondFactorFieldProps) {
  const { t } = useTexts();
  if (factor.isRecovery)
    return (
      <RecoveryCodeField
        label={t('login.recovery')}
        hint={t('login.recovery.hint')}
        value={factor.recovery}
        onText={factor.setRecovery}
        isTried={isTried}
      />
    );
  return (
    <CodeField
      {...(ref && { ref })}
      label={label}
      value={factor.code}
      problem={isTried && !call.isBusy && factor.proof() === null ? t('login.code.short') : null}
      isRefused={call.error?.code === 'LOGIN_REFUSED'}
      onChange={factor.setCode}
      onComplete={(sixDigits) => onComplete?.(sixDigits)}
    />
  );
}

interface SecondFactorLinkProps {
  readonly factor: SecondFactor;
  readonly isHeld: boolean;
  readonly onTurn: () => void;
}

/** Turns from one to the other. */
export function SecondFactorLink({ factor, isHeld, onTurn }: SecondFactorLinkProps) {
  const { t } = useTexts();
  return (
    <LinkButton
      isHeld={isHeld}
      onClick={() => {
        factor.turn();
        onTurn();
      }}
    >
      {t(factor.isRecovery ? 'login.use-code' : 'login.use-recovery')}
    </LinkButton>
  );
}
