import { SealkeepError } from '../../shared/errors/error.ts';
import { abortable } from './abortable.ts';

/** Where work that goes on for long stands still while it is paused. */
export interface Gate {
  readonly isClosed: boolean;
  /** Resolves once it is open; at once where it is. */
  opened(): Promise<void>;
  /** @returns stops listening. */
  onClose(listener: () => void): () => void;
}

export interface GateKeeper extends Gate {
  close(): void;
  open(): void;
}

/** An open gate. */
export function createGate(): GateKeeper {
  const listeners = new Set<() => void>();
  let closed: PromiseWithResolvers<void> | undefined;
  return {
    get isClosed() {
      return closed !== undefined;
    },
    opened: async () => closed?.promise,
    onClose(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      if (closed) return;
      closed = Promise.withResolvers();
      for (const listener of listeners) listener();
    },
    open() {
      closed?.resolve();
      closed = undefined;
    },
  };
}

/** What a person may do to work that is under way. */
export interface Control {
  readonly signal?: AbortSignal | undefined;
  readonly gate?: Gate | undefined;
}

/**
 * Waits while the work is paused.
 * @throws SealkeepError JOB_CANCELLED once it was cancelled, also while it is paused.
 */
export async function passGate({ gate, signal }: Control): Promise<void> {
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  // Paused again before this came to its turn: then it waits again.
  while (gate?.isClosed) await abortable(gate.opened(), signal);
}
