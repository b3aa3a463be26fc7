import { TextField } from './field.tsx';
import { recoveryCodeFrom } from './recovery-code.ts';

interface RecoveryCodeFieldProps {
  readonly label: string;
  /** What it looks like. */
  readonly hint: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Whether the form was sent: from then on it says what is wrong with the code. */
  readonly isTried: boolean;
}

/** A field for four groups of four, however they are typed. */
export function RecoveryCodeField({ label, hint, value, onText, isTried }: RecoveryCodeFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      problem={isTried && recoveryCodeFrom(value) === null ? hint : null}
      autoComplete="off"
      placeholder="xxxx-xxxx-xxxx-xxxx"
      value={value}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
