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

/** `lost` may come back by itself; `refused` never does: the page needs another address. */
export type Reach = 'there' | 'lost' | 'refused';

/** What came of an offer: each file is in one of the two, in the order they were given. */
export interface Offer {
  readonly taken: readonly FileRef[];
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  /** FILE_NOT_A_FILE for a folder. */
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
   * Gives files that the person dropped or chose to the agent, by reference, and folders where the shell knows their paths;
   * says of each other one why it was left out.
   */
  offer(files: readonly PageFile[]): Promise<Offer>;
  /** Hands a job's output to the browser for saving; only where `can.save`. */
  save(jobId: string, output: number): Promise<void>;
}
