import type { ComponentProps } from 'react';
import { canonicalUserName } from '../../shared/names/user-name-form.ts';
import { useTexts } from '../messages/use-texts.ts';
import { TextField } from './field.tsx';

/** The name that was typed, as the servers have it. Whether anybody has it is theirs to say. */
export const knownNameFrom = (text: string): string => canonicalUserName(text.trim());

interface KnownNameFieldProps extends Omit<ComponentProps<typeof TextField>, 'label' | 'value' | 'onChange'> {
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Whether the form was sent: from then on it says that the name is missing. */
  readonly isTried: boolean;
}

/** A field for the name of who has an account. */
export function KnownNameField({ value, onText, isTried, ...rest }: KnownNameFieldProps) {
  const { t } = useTexts();
  return (
    <TextField
      {...rest}
      label={t('account.name')}
      problem={isTried && knownNameFrom(value) === '' ? t('field.missing') : null}
      autoComplete="username"
      maxLength={64}
      value={value}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
