import { useState } from 'react';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { call, carrier } from '../bridge.ts';
import { useTexts } from '../messages/use-texts.ts';
import { ErrorNote, Note } from './error-note.tsx';

/** What one call takes. */
const REFS = 10_000;

interface Outcome {
  readonly error: BridgeError | null;
  /** How many folders were among what was dropped: they are left out. */
  readonly folders: number;
}

const FINE: Outcome = { error: null, folders: 0 };

/** Gives files to the agent and starts their jobs. */
async function offerFiles(files: readonly File[], start: 'jobs.start' | 'jobs.upload'): Promise<Outcome> {
  if (files.length === 0) return FINE;
  try {
    const taken = await carrier().offer(files);
    const folders = files.length - taken.length;
    for (let from = 0; from < taken.length; from += REFS) {
      const refs = taken.slice(from, from + REFS).map((file) => file.ref);
      const result = await call(start, { refs });
      if (!result.ok) return { error: result.error, folders };
    }
    return { error: null, folders };
  } catch {
    return { error: { code: 'INTERNAL', details: {} }, folders: 0 };
  }
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
