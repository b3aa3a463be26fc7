import { type ReactNode, useRef, useState } from 'react';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from './button.tsx';
import { CODE_LENGTH } from './code-digits.ts';
import { CodeField } from './code-field.tsx';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';

interface CodeDialogProps {
  readonly title: string;
  /** What it does and what is lost by it, and further fields. */
  readonly children: ReactNode;
  /** What the button that does it says. */
  readonly action: string;
  readonly look?: 'primary' | 'danger';
  readonly error: BridgeError | null;
  readonly isBusy: boolean;
  /** Whether the further fields are filled in; they say themselves what is amiss. */
  readonly isReady?: boolean;
  /** The form was sent: from then on fields say what is wrong with them. */
  readonly onTried?: () => void;
  /** @returns whether it was done; a code that was refused is not taken again. */
  readonly onCode: (code: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks for a fresh code before something that can't be taken back lightly. It never sends itself. */
export function CodeDialog(props: CodeDialogProps) {
  const { title, children, action, look = 'primary', error, isBusy, isReady = true } = props;
  const { t } = useTexts();
  const [code, setCode] = useState('');
  const [isTried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isWhole = code.length === CODE_LENGTH;
  const go = async () => {
    setTried(true);
    props.onTried?.();
    if (!isWhole || !isReady || isBusy) return;
    if (await props.onCode(code)) return;
    setCode('');
    setTried(false);
    field.current?.focus();
  };
  return (
    <Dialog title={title} onClose={props.onClose}>
      <div className="dialog-body">
        <Form
          error={error}
          onSubmit={() => void go()}
          actions={
            <>
              <Button onClick={props.onClose}>{t('action.cancel')}</Button>
              <Button look={look} type="submit" isBusy={isBusy}>
                {action}
              </Button>
            </>
          }
        >
          {children}
          <CodeField
            ref={field}
            label={t('login.code')}
            hint={t('code.why')}
            value={code}
            problem={isTried && !isBusy && !isWhole ? t('login.code.short') : null}
            isRefused={error?.code === 'CODE_REFUSED' || error?.code === 'LOGIN_REFUSED'}
            onChange={setCode}
            onComplete={() => undefined}
          />
        </Form>
      </div>
    </Dialog>
  );
}
