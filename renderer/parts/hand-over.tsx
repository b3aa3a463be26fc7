import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { useCopy } from './error-note.tsx';

interface HandOverProps {
  readonly title: string;
  /** To whom, how, and until when it is good. */
  readonly about: string;
  /** What the code is called. */
  readonly label: string;
  readonly code: string;
  /** What else they need, under it. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A code that is shown once, for somebody else. */
export function HandOver({ title, about, label, code, children, onClose }: HandOverProps) {
  const { t } = useTexts();
  const copy = useCopy();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="dialog-body">
        <p>{about}</p>
        <section className="hand-over" aria-label={label}>
          <code data-testid="hand-over">{code}</code>
          <Button isSmall icon={Copy} onClick={() => copy(code)}>
            {t('action.copy')}
          </Button>
        </section>
        <p className="quiet">{t('hand-over.once')}</p>
        {children}
      </div>
      <div className="dialog-actions">
        <Button look="primary" data-first onClick={onClose}>
          {t('hand-over.done')}
        </Button>
      </div>
    </Dialog>
  );
}
