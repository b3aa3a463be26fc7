import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { IconButton } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A dialog over everything else. The browser's own: it traps the focus, gives it back, takes Escape, and makes what is
 * behind it inert, without style tags that the page's policy would refuse. It is shown for as long as it is mounted.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { t } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    // Unmounting takes the element away before the browser could give the focus back.
    const opener = document.activeElement;
    if (!element?.open) element?.showModal();
    // Not the button that closes it, which comes first.
    element?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) setTimeout(() => opener.isConnected && opener.focus());
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={t('action.close')} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
