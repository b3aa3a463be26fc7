/** What is under way and is no job, as an export of the audit log: the app does not close in the midst of it. */
export interface UnderWay {
  /** @param work ends soon where its signal was aborted. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Asks all of it to end, and waits for that. How it ends is told to who runs it. */
  close(): Promise<void>;
}

export function createUnderWay(): UnderWay {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    async run(work) {
      const going = work(closing.signal);
      running.add(going);
      try {
        return await going;
      } finally {
        running.delete(going);
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}
