/** Over how long a rate is taken. */
const WINDOW_MS = 3000;
/** Small files tell ten thousand times a second: what is kept of that is a sample for each so long. */
const SAMPLE_MS = 100;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes a second over the last seconds, from what is told of the bytes done so far. */
export function createRate(now: () => Date) {
  /** Of the window, and one from before it: the window's first step begins there. */
  let samples: Sample[] = [];
  let newest: Sample | undefined;
  return {
    add(bytes: number): void {
      newest = { at: now().getTime(), bytes };
      const { at } = newest;
      const last = samples.at(-1);
      if (last && at - last.at < SAMPLE_MS) return;
      const firstInside = samples.findIndex((sample) => at - sample.at <= WINDOW_MS);
      samples = firstInside < 0 ? samples.slice(-1) : samples.slice(Math.max(0, firstInside - 1));
      samples.push(newest);
    },
    perSecond(): number {
      const first = samples[0];
      if (!first || !newest || newest.at <= first.at) return 0;
      return Math.max(0, ((newest.bytes - first.bytes) * 1000) / (newest.at - first.at));
    },
    reset(): void {
      samples = [];
      newest = undefined;
    },
  };
}
