import type { ComponentProps } from 'react';
import { canonicalUserName, isUserName } from '../../shared/names/user-name-form.ts';
import { useTexts } from '../messages/use-texts.ts';
import { TextField } from './field.tsx';

/** The name that was typed, as the servers have it; null where none can be called so. */
export function userNameFrom(text: string): string | null {
  const name = canonicalUserName(text.trim());
  return isUserName(name) ? name : null;
}

interface UserNameFieldProps extends Omit<ComponentProps<typeof TextField>, 'value' | 'onChange'> {
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Whether the form was sent: from then on it says what is wrong with the name. */
  readonly isTried: boolean;
}

/** A field for somebody's name. */
export function UserNameField({ value, onText, isTried, ...rest }: UserNameFieldProps) {
  const { t } = useTexts();
  return (
    <TextField
      {...rest}
      problem={isTried && userNameFrom(value) === null ? t('account.name.wrong') : null}
      maxLength={64}
      value={value}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
