import { type ChildProcess, spawn } from 'node:child_process';

/** How a process ended, and all that it said. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** All output so far, both streams as they came. */
  output(): string;
  /** Waits until the output holds this; the match. Fails where the process ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** One line of standard input. */
  type(line: string): void;
  /** Raw text, as a terminal sends it. */
  press(keys: string): void;
  /** No more input. */
  closeInput(): void;
  /** To the process alone. */
  signal(signal: NodeJS.Signals): void;
  /** To the process and all that it started, as Ctrl-C at a terminal does. */
  signalGroup(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface Start {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) signalGroupOf(child, 'SIGKILL');
});

/** Starts a program in a process group of its own, so that nothing of it can outlive a test. */
export function startProcess(program: string, args: readonly string[], { cwd, environment }: Start): Running {
  const child = spawn(program, args, { cwd, env: environment, detached: true, stdio: 'pipe' });
  alive.add(child);
  let [stdout, stderr, output] = ['', '', ''];
  const watchers = new Set<() => void>();
  const heard = () => {
    for (const look of [...watchers]) look();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    output += text;
    heard();
  });
  // Whoever ends without reading its input breaks the pipe; how it ended says what there is to say.
  child.stdin.on('error', () => undefined);
  let isOver = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      isOver = true;
      alive.delete(child);
      heard();
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (!match && !isOver) return;
          watchers.delete(look);
          if (match) resolve(match);
          else reject(new Error(`${program} ended without saying ${pattern}:\n${output}`));
        };
        watchers.add(look);
        look();
      }),
    type: (line) => void child.stdin.write(`${line}\n`),
    press: (keys) => void child.stdin.write(keys),
    closeInput: () => void child.stdin.end(),
    signal: (signal) => void child.kill(signal),
    signalGroup: (signal) => signalGroupOf(child, signal),
    ended,
  };
}

function signalGroupOf({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
