import type { Trash } from '../agent/trash/trash.ts';
import type { SecretPrompts } from './secrets.ts';
import type { Terminal } from './terminal.ts';

/** What every command stands on. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly terminal: Terminal;
  readonly secrets: SecretPrompts;
  readonly now: () => Date;
  /** The system's. */
  readonly trash: Trash;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Built files that run in threads of their own. */
  readonly segmentWorkerUrl: URL;
  readonly serverWorkerUrl: URL;
  /** Sets how the process is going to end; the first failure decides. */
  endWith(exitCode: number): void;
}

/** Options that every client command takes. */
export interface ClientOptions {
  readonly kms?: string;
  readonly cloud?: string;
  readonly own?: true;
  readonly json?: true;
}
