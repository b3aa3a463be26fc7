/** How far behind the highest a message may arrive. */
export const SEQ_WINDOW = 1024;

/** Which numbers of one session were taken: each is good once. */
export interface SeqWindow {
  /** False where it was taken before, or lies too far back to know. */
  take(seq: number): boolean;
  /** Above every number that was taken. */
  readonly floor: number;
}

/** @param floor everything below counts as taken. */
export function createSeqWindow(floor: number): SeqWindow {
  let highest = floor - 1;
  const taken = new Uint8Array(SEQ_WINDOW).fill(1);
  return {
    get floor() {
      return highest + 1;
    },
    take(seq) {
      if (seq > highest) {
        if (seq - highest >= SEQ_WINDOW) taken.fill(0);
        else for (let skipped = highest + 1; skipped < seq; skipped += 1) taken[skipped % SEQ_WINDOW] = 0;
        taken[seq % SEQ_WINDOW] = 1;
        highest = seq;
        return true;
      }
      if (highest - seq >= SEQ_WINDOW || taken[seq % SEQ_WINDOW] === 1) return false;
      taken[seq % SEQ_WINDOW] = 1;
      return true;
    },
  };
}
