import { useState } from 'react';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { LIMITS } from '../../shared/limits.ts';
import { call, offer as offerToAgent } from '../bridge.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';
import type { TakeFiles } from './drop-zone.tsx';
import { ErrorNote, Note } from './error-note.tsx';

interface Outcome {
  readonly error: BridgeError | null;
  /** How many folders were among what was dropped: they are left out. */
  readonly folders: number;
  /** A folder was chosen that has no files. */
  readonly isNothing: boolean;
}

const FINE: Outcome = { error: null, folders: 0, isNothing: false };

/** Gives files and folders to the agent and starts their jobs. */
async function offerFiles(
  files: readonly File[],
  folders: readonly FileSystemDirectoryEntry[] | undefined,
  start: 'jobs.start' | 'jobs.upload',
): Promise<Outcome> {
  if (files.length === 0 && !folders?.length) return { ...FINE, isNothing: true };
  const { taken, leftOut } = await offerToAgent(files, folders);
  const unreadable = leftOut.filter(({ error }) => error.code !== 'FILE_NOT_A_FILE');
  const foldersLeft = leftOut.length - unreadable.length;
  for (let from = 0; from < taken.length; from += LIMITS.jobFiles) {
    const refs = taken.slice(from, from + LIMITS.jobFiles).map((file) => file.ref);
    const result = await call(start, { refs });
    if (!result.ok) return { ...FINE, error: result.error, folders: foldersLeft };
  }
  return { ...FINE, error: unreadable[0]?.error ?? null, folders: foldersLeft };
}

/** Starts jobs of files that were dropped or chosen, and keeps what came of the last time. */
export function useOffer(start: 'jobs.start' | 'jobs.upload') {
  const [outcome, setOutcome] = useState(FINE);
  const [reading, setReading] = useState(0);
  const isHolding = useAppStore((app) => app.state?.can.hold_folders);
  const offer: TakeFiles = (given, entries = []) => {
    const isDropped = (index: number) => isHolding && isFolder(entries[index]);
    const files = given.filter((_, index) => !isDropped(index));
    setReading((count) => count + 1);
    void offerFiles(files, isHolding ? entries.filter(isFolder) : undefined, start)
      .then(setOutcome)
      .finally(() => setReading((count) => count - 1));
  };
  return { ...outcome, isReading: reading > 0, offer };
}

const isFolder = (entry: FileSystemEntry | null | undefined): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory ?? false;

/** What of a drop did not become a job, and why; and that a large one is still looked through. */
export function OfferNotes({
  error,
  folders,
  isNothing,
  isReading,
}: Outcome & { readonly isReading: boolean }) {
  const { t } = useTexts();
  return (
    <>
      <p className="quiet offer-reading" role="status">
        {isReading && t('files.reading')}
      </p>
      {folders > 0 && <Note look="warn">{t('files.folders', { n: folders })}</Note>}
      {isNothing && <Note look="warn">{t('files.nothing')}</Note>}
      <ErrorNote error={error} />
    </>
  );
}
