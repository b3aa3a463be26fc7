import type { ComponentProps } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { PasswordField } from './field.tsx';

interface KnownPasswordFieldProps
  extends Omit<ComponentProps<typeof PasswordField>, 'label' | 'value' | 'onChange'> {
  /** Left out where there is one password only. */
  readonly label?: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Whether the form was sent: from then on it says that the password is missing. */
  readonly isTried: boolean;
}

/** A field for the password that somebody has. */
export function KnownPasswordField({ label, value, onText, isTried, ...rest }: KnownPasswordFieldProps) {
  const { t } = useTexts();
  return (
    <PasswordField
      {...rest}
      label={label ?? t('account.password')}
      problem={isTried && value === '' ? t('field.missing') : null}
      autoComplete="current-password"
      maxLength={1024}
      value={value}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
