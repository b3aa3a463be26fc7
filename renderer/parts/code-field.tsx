import { type ReactNode, type Ref, useRef } from 'react';
import { CODE_LENGTH, codeDigits } from './code-digits.ts';
import { Field } from './field.tsx';

interface CodeFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The sixth digit is there. */
  readonly onComplete: (code: string) => void;
  /** What is wrong with what was typed. */
  readonly problem?: string | null;
  /** The code was refused. */
  readonly isRefused?: boolean;
  /** Takes the focus when its screen comes up. */
  readonly isFirst?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One field for the six digits: paste works, and it submits itself at the sixth. */
export function CodeField({
  label,
  hint,
  value,
  onChange,
  onComplete,
  problem = null,
  isRefused,
  isFirst,
  ref,
}: CodeFieldProps) {
  // An input method gives its text bit by bit; it counts when it is settled.
  const isComposing = useRef(false);
  const take = (text: string) => {
    const code = codeDigits(text);
    if (code === value) return;
    onChange(code);
    if (code.length === CODE_LENGTH) onComplete(code);
  };
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <input
          {...ids}
          aria-invalid={isRefused || problem !== null}
          data-first={isFirst || undefined}
          ref={ref}
          className="input code-input"
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          spellCheck={false}
          placeholder="000000"
          value={value}
          onCompositionStart={() => {
            isComposing.current = true;
          }}
          onCompositionEnd={(event) => {
            isComposing.current = false;
            take(event.currentTarget.value);
          }}
          onChange={(event) =>
            isComposing.current ? onChange(event.target.value) : take(event.target.value)
          }
        />
      )}
    </Field>
  );
}
