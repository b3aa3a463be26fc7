import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { BridgeCallName, BridgeCalls, BridgeEvent, BridgeEventName } from '../../shared/bridge/calls.ts';
import type { AppState, FileRef } from '../../shared/bridge/state.ts';
import type { HeldFolder } from '../folders/held-folder.ts';
import type { Addresses } from '../profile/profiles.ts';
import type { Trash } from '../trash/trash.ts';

/** The servers inside this app, or those that another process runs for the same data folder. */
export interface OwnServers {
  readonly addresses: Addresses;
  readonly launchSecret: string | undefined;
  /** Resolves when they died unasked; never after `close`. Another process's are found dead by asking them. */
  readonly ended: Promise<void>;
  /** Whether another process runs them: then those that no longer answer are replaced by our own. */
  readonly isBorrowed?: boolean;
  close(): Promise<void>;
}

export interface AppSettings {
  readonly dataFolder: string;
  readonly shell: AppState['shell'];
  readonly can: AppState['can'];
  /** Where outputs go whose source has no folder that may be written, until the person chooses another. */
  readonly defaultOutputFolder: string;
  /** The person's own folder; left out, as the system says. A page may name folders below it where there is no dialog. */
  readonly homeFolder?: string;
  readonly segmentWorkerUrl: URL;
  /** An agent knows no servers: the shell gives it those of the data folder. */
  readonly openOwnServers: () => Promise<OwnServers>;
  /** What protects the root keys of those servers; left out, a file that only the person can read. */
  readonly rootKey?: NonNullable<AppState['root_key']>;
  readonly system: {
    showInFolder?(path: string): Promise<void>;
    /** Undefined where the person thought better of it. */
    chooseFolder?(): Promise<string | undefined>;
    /** The system's; a shell without one moves no originals. */
    readonly trash?: Trash;
  };
  readonly now: () => Date;
  /** As in `AgentSettings`. */
  readonly restMs?: number;
  /** Runs `work` once, after that many milliseconds; for tests. @returns takes it back. */
  readonly schedule?: (ms: number, work: () => void) => () => void;
  /** Told of every error that is no SealkeepError: a defect. */
  report(error: unknown): void;
}

/** What answers each call of the bridge's table; inputs come parsed, outputs are parsed after. */
export type BridgeHandlers = {
  readonly [Name in BridgeCallName]: (
    input: z.output<BridgeCalls[Name]['input']>,
  ) => Promise<z.input<BridgeCalls[Name]['output']>>;
};

/** One file that a job made, for a shell that hands it on. */
export interface JobOutput {
  readonly path: string;
  readonly name: string;
}

/** The app behind the bridge: what Electron's main process and the browser shell both run. */
export interface App {
  /** To be called by `dispatch` only, which parses. */
  readonly handlers: BridgeHandlers;
  /** @returns stops listening. */
  on<Name extends BridgeEventName>(event: Name, listener: (event: BridgeEvent<Name>) => void): () => void;
  /**
   * Offers a file or folder of this machine. Only for paths that the person's own gesture named.
   * @param what refuses folders where it is `file`.
   * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FILE
   */
  offerPath(path: string, what?: 'file'): Promise<FileRef>;
  /**
   * Offers a file by its content, which is asked for when a job runs (again after each retry) and goes to no disk on the
   * way. The stream has to give exactly `size` bytes; it is destroyed where the job ends earlier.
   * @param open is told where no more than the first so many bytes are wanted.
   */
  offerStream(
    file: { readonly name: string; readonly size: number },
    open: (upTo?: number) => Promise<Readable>,
  ): FileRef;
  /** The same for a folder that the page holds: its tree is known, its files are asked for one by one. */
  offerFolder(folder: HeldFolder): FileRef;
  /** The page that held these is gone: their content can't be asked for any more, so their jobs can't be retried. */
  withdraw(refs: readonly string[]): void;
  /** What a job made, or the newest export of the audit log by its id; undefined where there is none. */
  output(id: string, index: number): JobOutput | undefined;
  /** Told of defects, by `dispatch` too. */
  report(error: unknown): void;
  /** Cancels what runs, waits until it left nothing behind, and stops servers of its own. */
  close(): Promise<void>;
}
