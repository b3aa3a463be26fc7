import type { StreamKey } from '../../core/crypto/segment-cipher.ts';
import type { StreamLayout } from '../../core/crypto/stream-layout.ts';

/**
 * One file's segments. The files are descriptors, which all threads of a process share: every thread
 * reads the very file that was checked, whatever its name points to by now. They stay open until the job has ended.
 */
interface StreamTask {
  /** A descriptor; the plaintext starts at 0 in its file. */
  readonly input: number;
  /** Where the stream starts in the `.enc` file: the prelude's length. */
  readonly streamOffset: number;
  readonly stream: StreamKey;
  readonly layout: StreamLayout;
}

/** To seal or open a file: the first failure ends it. */
export interface SegmentTask extends StreamTask {
  readonly kind: 'seal' | 'open';
  readonly output: number;
}

/** To open a `.enc` segment by segment and look whether the same bytes are in the original; nothing is written. */
export interface CompareTask extends StreamTask {
  readonly kind: 'compare';
  readonly original: number;
}

/** To look at every segment of a `.enc`: a bad one is noted, and the others are looked at all the same. */
export interface CheckTask extends StreamTask {
  readonly kind: 'check';
  /** Where good segments are written to, each in its place; without it nothing is written. */
  readonly output: number | undefined;
  /** How many segments are there whole; of a file that was cut fewer than its layout has. */
  readonly whole: number;
}

/**
 * Why a job ended early, as data that may cross threads: `short` (the input ended before its layout says),
 * `tag` (a segment's tag does not fit), `differs` (the original holds other bytes), `input`, `original` and `output` (the
 * system's code of a failed read or write).
 */
export type SegmentFailure =
  | { readonly reason: 'short' | 'tag' | 'differs'; readonly segment: number }
  | { readonly reason: 'input' | 'original' | 'output'; readonly systemCode: string };

/** How a thread's part of a job ended. */
export interface SegmentOutcome {
  readonly failure?: SegmentFailure | undefined;
  /** Of a check: segments whose tag does not fit, or that the disk does not give. */
  readonly bad?: readonly number[];
}
