/** Over how long a rate is taken. */
const WINDOW_MS = 3000;

/** Bytes a second over the last seconds, from what is told of the bytes done so far. */
export function createRate(now: () => Date) {
  let samples: { readonly at: number; readonly bytes: number }[] = [];
  return {
    add(bytes: number): void {
      const at = now().getTime();
      // One sample before the window stays: the window's first step begins there.
      const firstInside = samples.findIndex((sample) => at - sample.at <= WINDOW_MS);
      samples = firstInside < 0 ? samples.slice(-1) : samples.slice(Math.max(0, firstInside - 1));
      samples.push({ at, bytes });
    },
    perSecond(): number {
      const [first, last] = [samples[0], samples.at(-1)];
      if (!first || !last || last.at <= first.at) return 0;
      return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
    },
    reset(): void {
      samples = [];
    },
  };
}
