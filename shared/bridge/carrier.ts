import type { BridgeCallName, BridgeEvent, BridgeEventName, BridgeInput, BridgeOutput } from './calls.ts';
import type { BridgeError, FileRef } from './state.ts';

/** What a call gives: errors cross as data. */
export type BridgeResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: BridgeError };

/** A file as the page has it: the DOM's `File`, of which the page reads nothing but these. */
interface PageFile {
  readonly name: string;
  readonly size: number;
}

/** A folder that was dropped: the DOM's `FileSystemDirectoryEntry`, which the page hands on unread. */
interface PageFolder {
  readonly name: string;
}

/** `lost` may come back by itself; `refused` never does: the page needs another address. */
export type Reach = 'there' | 'lost' | 'refused';

/** What came of an offer: each file and folder is in one of the two, in the order they were given, files first. */
export interface Offer {
  readonly taken: readonly FileRef[];
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  /** FILE_NOT_A_FILE for a folder of which the browser does not say what is in it. */
  readonly error: BridgeError;
}

/**
 * `window.sealkeep`: all that the page has of the outside. Electron's preload and the browser shell's script each make
 * one; the page can't tell which.
 */
export interface BridgeCarrier {
  call<Name extends BridgeCallName>(
    name: Name,
    input: BridgeInput<Name>,
  ): Promise<BridgeResult<BridgeOutput<Name>>>;
  /** @returns stops listening. */
  on<Name extends BridgeEventName>(name: Name, listener: (event: BridgeEvent<Name>) => void): () => void;
  /**
   * Whether the agent can be reached, as it changes: calls tell only who makes them.
   * @returns stops listening.
   */
  onReach(listener: (reach: Reach) => void): () => void;
  /**
   * Gives files and folders that the person dropped or chose to the agent, by reference; says of each other one why it was
   * left out. Folders are among the files where the shell knows their paths.
   * @param folders only where `can.hold_folders`: another shell can't take such objects. So with files that know a path in
   *   a chosen folder.
   */
  offer(files: readonly PageFile[], folders?: readonly PageFolder[]): Promise<Offer>;
  /** Hands an output of a job, or the one of an export, to the browser for saving; only where `can.save`. */
  save(id: string, output: number): Promise<void>;
}
