import type { ReactNode } from 'react';
import { ErrorNote } from './error-note.tsx';
import type { Loaded } from './use-loaded.ts';

const SKELETON = ['a', 'b', 'c'] as const;

interface LoadedPartProps<Value> {
  readonly loaded: Loaded<Value>;
  /** What is said while it is on its way. */
  readonly label: string;
  readonly children: (value: Value) => ReactNode;
}

/** What is fetched, in each of its states: on its way, failed, there, there and not to be had anew. */
export function LoadedPart<Value>({ loaded, label, children }: LoadedPartProps<Value>) {
  const { value, error, reload } = loaded;
  return (
    <>
      <ErrorNote error={error} onRetry={() => void reload()} />
      {value === null && !error && (
        <div className="skeleton" role="status" aria-label={label}>
          {SKELETON.map((row) => (
            <span key={row} />
          ))}
        </div>
      )}
      {value !== null && children(value)}
    </>
  );
}
