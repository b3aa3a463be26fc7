import { CircleAlert, Copy, Info, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { printable } from '../../shared/names/printable.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useViewStore } from '../stores/view-store.ts';
import { Button } from './button.tsx';
import { copyText } from './clipboard.ts';

/** Copies, and says whether that worked. */
export function useCopy(): (text: string) => void {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  return (text) => {
    void copyText(text).then((isCopied) => toast(t(isCopied ? 'copied' : 'copy.failed')));
  };
}

/** What stands behind the sentence, for whoever is asked for help. */
export function ErrorDetails({ error }: { error: BridgeError }) {
  const { t } = useTexts();
  const copy = useCopy();
  const lines = [
    error.code,
    ...Object.entries(error.details).map(([name, value]) => printable(`${name}: ${value}`)),
  ];
  return (
    <details className="error-details">
      <summary>{t('error.details')}</summary>
      <pre>{lines.join('\n')}</pre>
      <Button isSmall icon={Copy} onClick={() => copy(lines.join('\n'))}>
        {t('error.copy')}
      </Button>
    </details>
  );
}

interface ErrorNoteProps {
  readonly error: BridgeError | null;
  readonly onRetry?: () => void;
}

/** An error: the sentence at once, the code behind *Details*. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  const { t, sentence } = useTexts();
  // The region is there before the error is, or screen readers miss it.
  return (
    <div role="alert">
      {error && (
        <div className="note note-danger">
          <CircleAlert aria-hidden="true" />
          <div className="note-body">
            <p>{sentence(error)}</p>
            <div className="note-actions">
              {onRetry && (
                <Button isSmall icon={RotateCcw} onClick={onRetry}>
                  {t('action.retry')}
                </Button>
              )}
              <ErrorDetails error={error} />
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

interface NoteProps {
  readonly look: 'warn' | 'info';
  readonly children: ReactNode;
}

/** Something to know that is no error of what the person did. */
export function Note({ look, children }: NoteProps) {
  const Icon = look === 'info' ? Info : CircleAlert;
  return (
    <div className={`note note-${look}`} role="status">
      <Icon aria-hidden="true" />
      <div className="note-body">{children}</div>
    </div>
  );
}
