import type { LucideIcon } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { Button } from './button.tsx';

interface ChooserProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onFiles: (files: readonly File[]) => void;
}

export const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** For people who do not drag: a button, and Ctrl+O (⌘O) for those who do not point. */
export function FileChooser(props: ChooserProps) {
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
  return <Chooser {...props} input={input} look="primary" />;
}

/** The same for a folder: its files come, each with its path there; none where there is none in it. */
export function FolderChooser(props: ChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  return <Chooser {...props} input={input} isFolder />;
}

/** A choice of nothing is told only where something was chosen before: a folder without files would pass in silence. */
function somethingChosen(): FileList {
  const transfer = new DataTransfer();
  transfer.items.add(new File([], 'chosen before'));
  return transfer.files;
}

function Chooser({
  label,
  icon,
  onFiles,
  input,
  look = 'secondary',
  isFolder,
}: ChooserProps & {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly look?: 'primary' | 'secondary';
  readonly isFolder?: boolean;
}) {
  return (
    <>
      <Button
        look={look}
        icon={icon}
        onClick={() => {
          if (isFolder && input.current) input.current.files = somethingChosen();
          input.current?.click();
        }}
      >
        {label}
      </Button>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        {...(isFolder && { webkitdirectory: '' })}
        aria-label={label}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // So that the same can be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
