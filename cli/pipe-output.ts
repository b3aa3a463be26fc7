import { isSealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';
import { createProgressCount } from './progress-count.ts';
import { progressLine } from './progress-line.ts';

const REDRAW_MS = 100;
/** What JSON lines call both ends of a pipe. */
const PIPE = '-';

interface Pipe {
  write(piece: Buffer): Promise<void>;
  onProgress(plaintextBytes: number): void;
}

/**
 * Runs a job from standard input to standard output, which has its bytes and nothing else: what there is to tell goes to
 * standard error.
 * @param work gives the plaintext bytes that it handled.
 */
export async function throughPipe(
  context: CliContext,
  { json }: { readonly json?: true },
  work: (pipe: Pipe) => Promise<number>,
): Promise<void> {
  const { terminal, streams } = context;
  const startedAt = performance.now();
  let hasWritten = false;
  const write = async (piece: Buffer) => {
    hasWritten = true;
    await streams.write(piece);
  };
  try {
    const bytes = await work({ write, onProgress: json ? () => undefined : pipeBar(context) });
    await streams.sync();
    const ms = Math.round(performance.now() - startedAt);
    if (json) terminal.printJson({ file: PIPE, out: PIPE, bytes, ms });
  } catch (error) {
    // The sentences of errors speak of files, of which nothing is left.
    const isTold = ['STREAM_DAMAGED', 'STREAM_NOT_WRITABLE'].includes(
      isSealkeepError(error) ? error.code : '',
    );
    if (hasWritten && !isTold && !json && !terminal.isUnread)
      terminal.note('What was written to standard output is not whole.');
    throw error;
  }
}

/** Nobody knows how much will come, so it says how much came. */
function pipeBar({ terminal, streams }: CliContext): Pipe['onProgress'] {
  const { name } = streams.input;
  const count = createProgressCount(new Map([[name, undefined]]), () => performance.now());
  // A bar would stand in the middle of what the terminal shows of the bytes.
  const isShown = terminal.isErrorTerminal && !terminal.isOutputTerminal;
  let drawnAt = 0;
  return (bytes) => {
    count.progress(name, bytes, undefined);
    if (!isShown || performance.now() - drawnAt < REDRAW_MS) return;
    drawnAt = performance.now();
    terminal.status(progressLine(count.read(), terminal.columns));
  };
}
