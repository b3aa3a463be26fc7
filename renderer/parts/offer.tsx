import { useState } from 'react';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { LIMITS } from '../../shared/limits.ts';
import { call, offer as offerToAgent } from '../bridge.ts';
import { useTexts } from '../messages/use-texts.ts';
import { ErrorNote, Note } from './error-note.tsx';

interface Outcome {
  readonly error: BridgeError | null;
  /** How many folders were among what was dropped: they are left out. */
  readonly folders: number;
}

const FINE: Outcome = { error: null, folders: 0 };

/** Gives files to the agent and starts their jobs. */
async function offerFiles(files: readonly File[], start: 'jobs.start' | 'jobs.upload'): Promise<Outcome> {
  if (files.length === 0) return FINE;
  const { taken, leftOut } = await offerToAgent(files);
  const unreadable = leftOut.filter(({ error }) => error.code !== 'FILE_NOT_A_FILE');
  const folders = leftOut.length - unreadable.length;
  for (let from = 0; from < taken.length; from += LIMITS.jobFiles) {
    const refs = taken.slice(from, from + LIMITS.jobFiles).map((file) => file.ref);
    const result = await call(start, { refs });
    if (!result.ok) return { error: result.error, folders };
  }
  return { error: unreadable[0]?.error ?? null, folders };
}

/** Starts jobs of files that were dropped or chosen, and keeps what came of the last time. */
export function useOffer(start: 'jobs.start' | 'jobs.upload') {
  const [outcome, setOutcome] = useState(FINE);
  const offer = (files: readonly File[]) => void offerFiles(files, start).then(setOutcome);
  return { ...outcome, offer };
}

/** What of a drop did not become a job, and why. */
export function OfferNotes({ error, folders }: Outcome) {
  const { t } = useTexts();
  return (
    <>
      {folders > 0 && <Note look="warn">{t('files.folders', { n: folders })}</Note>}
      <ErrorNote error={error} />
    </>
  );
}
