import type { JobReport } from '../agent/jobs/report.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';
import { exitCodeOf } from './exit-codes.ts';
import { noteCancel } from './note-cancel.ts';
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
export function jobOutput(
  context: Pick<CliContext, 'terminal' | 'endWith'>,
  { json, done, items, running }: JobOutputOptions,
): JobOutput {
  const { terminal, endWith } = context;
  const count = createProgressCount(items, () => performance.now());
  let drawnAt = 0;

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
    finished({ file, out, bytes, ms, leftOut = 0 }) {
      if (json) terminal.printJson({ file, out, bytes, ms, ...(leftOut > 0 ? { left_out: leftOut } : {}) });
      else terminal.print(`${done} ${out} (${formatBytes(bytes)})${leftOut > 0 ? notAll(leftOut) : ''}`);
      settled(file);
    },
    failed(file, error) {
      endWith(exitCodeOf(error.code));
      if (json) terminal.printJson({ file, error: errorJson(error, running) });
      else if (isSealkeepError(error, 'JOB_CANCELLED')) noteCancel(terminal, error);
      else terminal.note(naming(file, errorJson(error, running).message));
      settled(file);
    },
    settled,
    progress(file, bytes, total) {
      count.progress(file, bytes, total);
      draw();
    },
  };
}

/** Some sentences name no file, or not where it lies. */
function naming(file: string, sentence: string): string {
  return sentence.includes(file) ? sentence : `${file}: ${sentence}`;
}

function notAll(leftOut: number): string {
  return `, but not all of it: ${leftOut} left out`;
}
