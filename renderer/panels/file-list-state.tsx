import { CloudOff, type LucideIcon, RotateCcw, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote, Note } from '../parts/error-note.tsx';
import { selectIsAway, useAppStore } from '../stores/app-store.ts';
import { type ListName, useCloudStore } from '../stores/cloud-store.ts';
import { loadFiles } from '../stores/load-files.ts';

const SKELETON = ['a', 'b', 'c', 'd'] as const;

interface FileListStateProps {
  readonly list: ListName;
  readonly empty: { readonly icon: LucideIcon; readonly title: string; readonly about: string };
  /** Typed, and how many files it leaves. */
  readonly filter: { readonly text: string; readonly matches: number; clear(): void };
  /** The table. */
  readonly children: ReactNode;
}

/** A list of the cloud in each of its states: loading, failed, away, empty, filtered to nothing, there. */
export function FileListState({ list, empty, filter, children }: FileListStateProps) {
  const { t, format } = useTexts();
  const { files, loadedAt, error, isLoading } = useCloudStore((store) => store[list]);
  const isAway = useAppStore(selectIsAway('cloud'));
  const retry = () => void loadFiles(list);
  if (files === null) {
    if (isAway) {
      return (
        <EmptyState icon={CloudOff} title={t('status.away')} about={t('cloud.away')}>
          <Button icon={RotateCcw} isBusy={isLoading} onClick={retry}>
            {t('action.retry')}
          </Button>
        </EmptyState>
      );
    }
    if (error) return <ErrorNote error={error} onRetry={retry} />;
    return (
      <div className="skeleton" role="status" aria-label={t('cloud.loading')}>
        {SKELETON.map((row) => (
          <span key={row} />
        ))}
      </div>
    );
  }
  return (
    <>
      {isAway && <Note look="warn">{t('cloud.away.list', { time: format.time(loadedAt ?? 0) })}</Note>}
      {!isAway && <ErrorNote error={error} onRetry={retry} />}
      {files.length === 0 && <EmptyState {...empty} />}
      {files.length > 0 && filter.matches === 0 && (
        <EmptyState
          icon={SearchX}
          title={t('cloud.no-match', { text: filter.text })}
          about={t('cloud.no-match.about')}
        >
          <Button onClick={filter.clear}>{t('cloud.clear-filter')}</Button>
        </EmptyState>
      )}
      {filter.matches > 0 && children}
    </>
  );
}
