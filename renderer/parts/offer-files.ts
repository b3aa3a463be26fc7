import type { BridgeError } from '../../shared/bridge/state.ts';
import { call, carrier } from '../bridge.ts';
import { currentTexts } from '../messages/use-texts.ts';
import { useViewStore } from '../stores/view-store.ts';

/** What one call takes. */
const REFS = 10_000;

/** Gives files to the agent and starts their jobs. @returns what went wrong. */
export async function offerFiles(
  files: readonly File[],
  start: 'jobs.start' | 'jobs.upload',
): Promise<BridgeError | null> {
  if (files.length === 0) return null;
  try {
    const taken = await carrier().offer(files);
    const left = files.length - taken.length;
    if (left > 0) useViewStore.getState().toast(currentTexts().t('files.folders', { n: left }));
    for (let from = 0; from < taken.length; from += REFS) {
      const refs = taken.slice(from, from + REFS).map((file) => file.ref);
      const result = await call(start, { refs });
      if (!result.ok) return result.error;
    }
    return null;
  } catch {
    return { code: 'INTERNAL', details: {} };
  }
}
