import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { IconButton } from './button.tsx';

interface FieldParts {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with what was typed. */
  readonly problem?: string | null;
}

interface FrameProps extends FieldParts {
  readonly children: (ids: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
}

/** Label, control, hint and problem, tied together for screen readers. */
export function Field({ label, hint, problem, children }: FrameProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-more`, 'aria-invalid': Boolean(problem) })}
      <div id={`${id}-more`} className="field-more">
        {problem ? (
          <p className="field-problem">{problem}</p>
        ) : (
          hint && <div className="field-hint">{hint}</div>
        )}
      </div>
    </div>
  );
}

export function TextField({ label, hint, problem, ...rest }: FieldParts & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} problem={problem ?? null}>
      {(ids) => (
        <input type="text" spellCheck={false} autoCapitalize="none" {...rest} {...ids} className="input" />
      )}
    </Field>
  );
}

export function PasswordField({ label, hint, problem, ...rest }: FieldParts & ComponentProps<'input'>) {
  const { t } = useTexts();
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} problem={problem ?? null}>
      {(ids) => (
        <div className="input-group">
          <input
            spellCheck={false}
            {...rest}
            {...ids}
            className="input"
            type={isShown ? 'text' : 'password'}
          />
          <IconButton
            icon={isShown ? EyeOff : Eye}
            label={t(isShown ? 'account.password.hide' : 'account.password.show')}
            onClick={() => setShown(!isShown)}
          />
        </div>
      )}
    </Field>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

export function SelectField({
  label,
  hint,
  options,
  ...rest
}: FieldParts & ComponentProps<'select'> & { options: readonly Option[] }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select {...rest} {...ids} className="input select">
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
