const NEXT_SEGMENT = 0;
const BYTES_DONE = 1;
const STOPPED = 2;
const WORDS = 3;

/** What the threads of one job share. Everything else they need comes once, with the task. */
export interface JobCounters {
  /** To be posted to the job's other threads, which make their own view of it. */
  readonly memory: SharedArrayBuffer;
  /** A segment index that no other thread of the job gets; it runs past the last one when all are given out. */
  takeSegment(): number;
  /** Whether all segments of so many were taken. */
  isAllTaken(segments: number): boolean;
  /** @param bytes plaintext bytes of a segment that was written. */
  addBytes(bytes: number): void;
  bytesDone(): number;
  /** Asks all threads of the job to end before their next segment. */
  stop(): void;
  /** Lets threads that begin from now on go on where the others ended. */
  goOn(): void;
  isStopped(): boolean;
}

/** Words of 64 bits: 2^31 segments and more than 4 GiB have to fit. One BigInt per segment costs nothing. */
export function createJobCounters(
  memory = new SharedArrayBuffer(WORDS * BigInt64Array.BYTES_PER_ELEMENT),
): JobCounters {
  const words = new BigInt64Array(memory);
  return {
    memory,
    takeSegment: () => Number(Atomics.add(words, NEXT_SEGMENT, 1n)),
    isAllTaken: (segments) => Atomics.load(words, NEXT_SEGMENT) >= BigInt(segments),
    addBytes: (bytes) => {
      Atomics.add(words, BYTES_DONE, BigInt(bytes));
    },
    bytesDone: () => Number(Atomics.load(words, BYTES_DONE)),
    stop: () => {
      Atomics.store(words, STOPPED, 1n);
    },
    goOn: () => {
      Atomics.store(words, STOPPED, 0n);
    },
    isStopped: () => Atomics.load(words, STOPPED) !== 0n,
  };
}
