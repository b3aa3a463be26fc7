/** Runs `work` once, after that many milliseconds. @returns takes it back. */
export type Schedule = (ms: number, work: () => void) => () => void;

/** The system's timers; none of them keeps the process alive. */
export const systemSchedule: Schedule = (ms, work) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
