import { type ReactNode, useRef } from 'react';
import { flushSync } from 'react-dom';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { ErrorNote } from './error-note.tsx';

interface FormProps {
  /** Why the last try was refused; what is wrong with a single field stands at that field. */
  readonly error: BridgeError | null;
  readonly onSubmit: () => void;
  /** Its buttons. */
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

/** A form. Where it can't be sent as it is, the focus goes to the first field that says why. */
export function Form({ error, onSubmit, actions, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        flushSync(onSubmit);
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      }}
    >
      {children}
      <ErrorNote error={error} />
      <div className="form-actions">{actions}</div>
    </form>
  );
}
