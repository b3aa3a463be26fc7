import { useTexts } from '../messages/use-texts.ts';
import { TextField } from './field.tsx';
import { recoveryCodeFrom } from './recovery-code.ts';

interface RecoveryCodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Whether the form was sent: from then on it says what is wrong with the code. */
  readonly isTried: boolean;
}

/** A field for four groups of four, however they are typed. */
export function RecoveryCodeField({ label, value, onText, isTried }: RecoveryCodeFieldProps) {
  const { t } = useTexts();
  return (
    <TextField
      label={label}
      hint={t('login.recovery.hint')}
      problem={isTried && recoveryCodeFrom(value) === null ? t('login.recovery.hint') : null}
      autoComplete="off"
      placeholder="xxxx-xxxx-xxxx-xxxx"
      value={value}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
