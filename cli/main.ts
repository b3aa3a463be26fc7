import { CommanderError } from 'commander';
import { createSystemTrash } from '../agent/trash/system-trash.ts';
import { isSealkeepError, SealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';
import { combinedExitCode, EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { noteCancel } from './note-cancel.ts';
import { createProgram } from './program.ts';
import { createSecretPrompts, takeSecrets } from './secrets.ts';
import { createStandardStreams, writeError } from './standard-streams.ts';
import { createTerminal, errorJson } from './terminal.ts';

const given = takeSecrets(process.env);
const cancel = new AbortController();
const terminal = createTerminal(process, outputLost);
let exitCode: number = EXIT_CODES.done;

/** Also of what is not understood. */
const isJson = process.argv.includes('--json');
const now = () => new Date();
const { env: environment, platform } = process;
const context: CliContext = {
  environment,
  platform,
  trash: createSystemTrash({ environment, platform, uid: process.getuid?.(), now }),
  terminal,
  streams: createStandardStreams(process, cancel.signal),
  secrets: createSecretPrompts(given, terminal, cancel.signal),
  now,
  signal: cancel.signal,
  segmentWorkerUrl: new URL('./segment-worker.js', import.meta.url),
  serverWorkerUrl: new URL('./server-worker.js', import.meta.url),
  endWith(code) {
    exitCode = combinedExitCode(exitCode, code);
    process.exitCode = exitCode;
  },
};

/** A terminal's Ctrl-C comes twice where launcher or npm pass on what the terminal has sent to all of them. */
const SAME_SIGNAL_MS = 500;
let askedAt = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first asks politely; whoever asks again does not want to wait.
    if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      terminal.close();
      process.exit(EXIT_CODES.cancelled);
    }
    askedAt = Math.min(askedAt, performance.now());
    cancel.abort();
  });
}

/** The command as it is called: `keys rotate`. */
let running: string | undefined;

try {
  const program = createProgram(context, isJson);
  program.hook('preAction', (_, command) => {
    const above = command.parent === program ? [] : [command.parent?.name()];
    running = [...above, command.name()].join(' ');
  });
  await program.parseAsync(process.argv);
} catch (error) {
  reportFailure(error);
}
terminal.close();
// Whoever cancels does not wait for a reader that takes no more of what was written.
if (cancel.signal.aborted && process.stdout.writableLength > 0) process.exit();

/** Nothing more can be told: what is under way ends. */
function outputLost(error: NodeJS.ErrnoException): void {
  const meant = writeError(error);
  const isUnread = isSealkeepError(meant, 'JOB_CANCELLED');
  // Whoever writes bytes is told by the write.
  if (!isUnread && terminal.isOutputForBytes) return;
  if (!isUnread) reportFailure(meant);
  cancel.abort();
}

/** What ends a command: an error of ours says what happened, commander has said it, a defect shows its stack. */
function reportFailure(error: unknown): void {
  if (error instanceof SealkeepError) {
    context.endWith(exitCodeOf(error.code));
    const isCancel = error.code === 'JOB_CANCELLED';
    if (isCancel && terminal.isUnread) return;
    const told = errorJson(error, running);
    if (isJson) terminal.printJson({ error: told });
    else if (isCancel) noteCancel(terminal, error);
    else terminal.note(told.message);
    return;
  }
  if (error instanceof CommanderError) {
    context.endWith(error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage);
    if (isJson && error.exitCode !== 0) terminal.printJson({ error: errorJson(usageOf(error)) });
    return;
  }
  const { name } = Object(error) as { name?: unknown };
  if (name === 'ExitPromptError') {
    context.endWith(EXIT_CODES.cancelled);
    return;
  }
  context.endWith(EXIT_CODES.failed);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of text.split('\n')) terminal.note(line);
}

/** What commander says to people. Of a command line without a command it shows the help, and its message is none. */
function usageOf({ code, message }: CommanderError): SealkeepError {
  const reason = code === 'commander.help' ? 'no command was given' : message.replace(/^error: /, '');
  return new SealkeepError('USAGE', { reason });
}
