import type { JobReport } from '../agent/jobs/report.ts';
import type { CliContext } from './context.ts';
import { exitCodeOf } from './exit-codes.ts';
import { formatBytes, progressLine } from './progress-line.ts';
import { errorJson } from './terminal.ts';

const REDRAW_MS = 100;

/** Tells of a job's files: JSON lines for scripts; else a line each, and a bar on a terminal. */
export function jobOutput(
  context: CliContext,
  options: { readonly json?: true; readonly done: string },
): JobReport {
  const { terminal, endWith } = context;
  let drawnAt = 0;
  return {
    finished({ file, out, bytes, ms }) {
      if (options.json) terminal.printJson({ file, out, bytes, ms });
      else terminal.print(`${options.done} ${out} (${formatBytes(bytes)})`);
    },
    failed(file, error) {
      endWith(exitCodeOf(error.code));
      if (options.json) terminal.printJson({ file, error: errorJson(error) });
      else terminal.note(errorJson(error).message);
    },
    progress(file, bytes, total) {
      if (options.json || performance.now() - drawnAt < REDRAW_MS) return;
      drawnAt = performance.now();
      terminal.status(progressLine(file, bytes, total, terminal.columns));
    },
  };
}
