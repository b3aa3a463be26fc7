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
   * Gives files that the person dropped or chose to the agent, by reference. Folders too, where the shell knows their
   * paths; else they are left out.
   */
  offer(files: readonly PageFile[]): Promise<readonly FileRef[]>;
  /** Hands a job's output to the browser for saving; only where `can.save`. */
  save(jobId: string, output: number): Promise<void>;
}
