import type { StreamKey } from '../../core/crypto/segment-cipher.ts';
import type { StreamLayout } from '../../core/crypto/stream-layout.ts';

/**
 * One file's segments to seal or open. The files are descriptors, which all threads of a process share: every thread
 * reads the very file that was checked, whatever its name points to by now. They stay open until the job has ended.
 */
export interface SegmentTask {
  readonly kind: 'seal' | 'open';
  /** Descriptors; the plaintext starts at 0 in its file. */
  readonly input: number;
  readonly output: number;
  /** Where the stream starts in the `.enc` file: the prelude's length. */
  readonly streamOffset: number;
  readonly stream: StreamKey;
  readonly layout: StreamLayout;
}

/**
 * Why a job ended early, as data that may cross threads: `short` (the input ended before its layout says),
 * `tag` (a segment's tag does not fit), `input` and `output` (the system's code of a failed read or write).
 */
export type SegmentFailure =
  | { readonly reason: 'short' | 'tag'; readonly segment: number }
  | { readonly reason: 'input' | 'output'; readonly systemCode: string };
