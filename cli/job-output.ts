import type { JobReport } from '../agent/jobs/report.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';
import { exitCodeOf } from './exit-codes.ts';
import { createProgressCount } from './progress-count.ts';
import { formatBytes, progressLine } from './progress-line.ts';
import { errorJson } from './terminal.ts';

const REDRAW_MS = 100;

export interface JobOutputOptions {
  readonly json?: true;
  /** The word for a file that is done. */
  readonly done: string;
  /** What the bar counts, by the names that the job uses, with their sizes where they are known. */
  readonly items: ReadonlyMap<string, number | undefined>;
  /** The command, where a hint might send whoever uses it back to it. */
  readonly running?: string;
}

export interface JobOutput extends JobReport {
  /** Of a file that is done and was told of otherwise. */
  settled(file: string): void;
}

/** Tells of a job's files: JSON lines for scripts; else a line each, and a bar on a terminal. */
export function jobOutput(context: CliContext, { json, done, items, running }: JobOutputOptions): JobOutput {
  const { terminal, endWith } = context;
  const count = createProgressCount(items, () => performance.now());
  let drawnAt = 0;
  let isCancelTold = false;

  function draw(): void {
    if (json || !terminal.isErrorTerminal || performance.now() - drawnAt < REDRAW_MS) return;
    drawnAt = performance.now();
    terminal.status(progressLine(count.read(), terminal.columns));
  }

  function settled(file: string): void {
    count.settle(file);
    if (count.isOpen()) draw();
  }

  return {
    finished({ file, out, bytes, ms }) {
      if (json) terminal.printJson({ file, out, bytes, ms });
      else terminal.print(`${done} ${out} (${formatBytes(bytes)})`);
      settled(file);
    },
    failed(file, error) {
      endWith(exitCodeOf(error.code));
      const isCancel = isSealkeepError(error, 'JOB_CANCELLED');
      if (json) terminal.printJson({ file, error: errorJson(error, running) });
      // It names no file: once is enough, however many there were.
      else if (!isCancel || !(isCancelTold || terminal.isUnread))
        terminal.note(errorJson(error, running).message);
      isCancelTold ||= isCancel;
      settled(file);
    },
    settled,
    progress(file, bytes, total) {
      count.progress(file, bytes, total);
      draw();
    },
  };
}
