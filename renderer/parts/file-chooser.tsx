import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';

interface FileChooserProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onFiles: (files: readonly File[]) => void;
}

export const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** For people who do not drag: a button, and Ctrl+O (⌘O) for those who do not point. */
export function FileChooser({ label, icon, onFiles }: FileChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const isShortcut = (isMac() ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey;
      if (!isShortcut || event.key.toLowerCase() !== 'o' || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      input.current?.click();
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);
  return (
    <>
      <Button look="primary" icon={icon} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        aria-label={label}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // So that the same file can be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
