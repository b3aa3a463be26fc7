import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LAUNCHER } from './places.ts';
import { type Ended, type Running, startProcess } from './process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Environment;
  /** Lines of standard input, which then ends. */
  readonly input?: readonly string[];
}

/** A folder of its own for one test file, and the processes that the file starts. */
export interface Workspace {
  readonly folder: string;
  path(...names: string[]): string;
  makeFolder(name: string): Promise<string>;
  /** Starts any program. */
  spawn(program: string, args: readonly string[], options?: CommandOptions): Running;
  /** Starts `sealkeep ARGS`. */
  start(args: readonly string[], options?: CommandOptions): Running;
  /** Runs `sealkeep ARGS` to its end. */
  run(args: readonly string[], options?: CommandOptions): Promise<Ended>;
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>;
}

/** What the machine's own settings for Sealkeep are must not matter. */
function cleanEnvironment(): Environment {
  const ours = /^(SEALKEEP|KMS|CLOUD)_|^(KEY_STORE_PATH|NODE_OPTIONS|NODE_ENV|VITEST.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

export async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-e2e-'));
  const started: Running[] = [];
  const home = path.join(folder, 'nobody');
  const spawn: Workspace['spawn'] = (program, args, { cwd = folder, environment, input } = {}) => {
    const running = startProcess(program, args, {
      cwd,
      environment: { ...cleanEnvironment(), SEALKEEP_HOME: home, ...environment },
    });
    started.push(running);
    for (const line of input ?? []) running.type(line);
    if (input) running.closeInput();
    return running;
  };
  const start: Workspace['start'] = (args, options) => spawn(process.execPath, [LAUNCHER, ...args], options);
  return {
    folder,
    path: (...names) => path.join(folder, ...names),
    async makeFolder(name) {
      const made = path.join(folder, name);
      await mkdir(made, { recursive: true });
      return made;
    },
    spawn,
    start,
    run: (args, options) => start(args, { input: [], ...options }).ended,
    async close() {
      for (const running of started) running.signalGroup('SIGKILL');
      await Promise.allSettled(started.map((running) => running.ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
