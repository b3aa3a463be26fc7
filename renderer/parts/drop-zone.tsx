import type { LucideIcon } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';

/** @param entries of what was dropped, for each of the files what the browser shows of it. */
export type TakeFiles = (files: readonly File[], entries?: readonly (FileSystemEntry | null)[]) => void;

interface DropZoneProps {
  /** What will happen if the person lets go. */
  readonly promise: { readonly icon: LucideIcon; title(n: number): string; readonly about: string };
  readonly onFiles: TakeFiles;
  readonly children: ReactNode;
}

const filesIn = (event: DragEvent) =>
  [...event.dataTransfer.items].filter((item) => item.kind === 'file').length;

/** They can be asked for while the event is handled and no later. */
const entriesIn = ({ items }: DataTransfer) =>
  [...items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry());

/** A whole panel that takes files. */
export function DropZone({ promise, onFiles, children }: DropZoneProps) {
  const [count, setCount] = useState(0);
  // Entering a child leaves its parent: only the balance says whether the files are still over the panel.
  const depth = useRef(0);
  const { icon: Icon, title, about } = promise;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for pointers; button and key do the same
    <div
      className="drop-zone"
      data-testid="drop-zone"
      onDragEnter={(event) => {
        depth.current += 1;
        setCount(filesIn(event));
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) setCount(0);
      }}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={(event) => {
        event.preventDefault();
        depth.current = 0;
        setCount(0);
        onFiles([...event.dataTransfer.files], entriesIn(event.dataTransfer));
      }}
    >
      {children}
      {count > 0 && (
        <div className="drop-promise" role="status">
          <Icon aria-hidden="true" />
          <p className="drop-title">{title(count)}</p>
          <p>{about}</p>
        </div>
      )}
    </div>
  );
}
