import { createSystemTrash } from '../agent/trash/system-trash.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { createSecretPrompts, takeSecrets } from './secrets.ts';
import { createTerminal, errorJson } from './terminal.ts';

const given = takeSecrets(process.env);
const cancel = new AbortController();
const terminal = createTerminal(process, () => cancel.abort());
let exitCode: number = EXIT_CODES.done;

const now = () => new Date();
const { env: environment, platform } = process;
const context: CliContext = {
  environment,
  platform,
  trash: createSystemTrash({ environment, platform, uid: process.getuid?.(), now }),
  terminal,
  secrets: createSecretPrompts(given, terminal),
  now,
  signal: cancel.signal,
  segmentWorkerUrl: new URL('./segment-worker.js', import.meta.url),
  serverWorkerUrl: new URL('./server-worker.js', import.meta.url),
  endWith(code) {
    if (exitCode === EXIT_CODES.done) exitCode = code;
  },
};

/** A terminal's Ctrl-C comes twice where launcher or npm pass on what the terminal has sent to all of them. */
const SAME_SIGNAL_MS = 500;
let askedAt = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first asks politely; whoever asks again does not want to wait.
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(EXIT_CODES.cancelled);
    askedAt = Math.min(askedAt, performance.now());
    cancel.abort();
  });
}

try {
  await createProgram(context).parseAsync(process.argv);
} catch (error) {
  reportFailure(error);
}
terminal.close();
process.exitCode = exitCode;

/** What ends a command: an error of ours says what happened, commander has said it, a defect shows its stack. */
function reportFailure(error: unknown): void {
  if (error instanceof SealkeepError) {
    context.endWith(exitCodeOf(error.code));
    const isJson = process.argv.includes('--json');
    if (isJson) terminal.printJson({ error: errorJson(error) });
    else terminal.note(errorJson(error).message);
    return;
  }
  const { name, exitCode: ended } = Object(error) as { name?: unknown; exitCode?: unknown };
  if (name === 'CommanderError') {
    context.endWith(ended === 0 ? EXIT_CODES.done : EXIT_CODES.usage);
    return;
  }
  if (name === 'ExitPromptError') {
    context.endWith(EXIT_CODES.cancelled);
    return;
  }
  context.endWith(EXIT_CODES.failed);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of text.split('\n')) terminal.note(line);
}
