import type { CompareWhole } from './compare-whole-files.ts';
import type { Inspection, ToInspect } from './inspect-files.ts';
import type { Placement } from './publish-sync.ts';
import type { CheckTask, CompareTask, SegmentOutcome, SegmentTask } from './segment-task.ts';
import type { OpenWhole, SealWhole } from './whole-files.ts';

/** What a worker gets: one message for its part of a large file, or for many small ones. */
export type WorkerOrder =
  | ({ readonly kind: 'segments'; readonly task: SegmentTask | CompareTask | CheckTask } & Shared)
  | { readonly kind: 'inspect'; readonly files: readonly ToInspect[] }
  | (WholeFilesOrder & Shared);

/** Many small files, for one worker to seal, open, compare or publish in one go. */
export type WholeFilesOrder =
  | { readonly kind: 'seal'; readonly files: readonly SealWhole[]; readonly restMs: number }
  | { readonly kind: 'open'; readonly files: readonly OpenWhole[] }
  | { readonly kind: 'compare'; readonly files: readonly CompareWhole[] }
  | { readonly kind: 'publish'; readonly files: readonly Placement[] };

interface Shared {
  /** Of the job's counters. */
  readonly counters: SharedArrayBuffer;
}

/** What it answers. */
export interface WorkerAnswer extends SegmentOutcome {
  /** Of the others: which of the files, by index, are done. The rest are as if nothing had been tried, or litter. */
  readonly done?: readonly boolean[];
  /** Of `inspect`: what was found, by index; nothing where something is out of the ordinary. */
  readonly found?: readonly (Inspection | undefined)[];
}
