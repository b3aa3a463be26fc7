import type { BridgeCallName, BridgeInput, BridgeOutput } from '../shared/bridge/calls.ts';
import type { BridgeCarrier, BridgeResult, Offer } from '../shared/bridge/carrier.ts';
import type { BridgeError } from '../shared/bridge/state.ts';

declare global {
  interface Window {
    /** Put there by the shell before the page's own script runs; missing where someone opened the page by itself. */
    sealkeep?: BridgeCarrier;
  }
}

/** The shell's carrier. Only asked for after `main.tsx` saw that there is one. */
export function carrier(): BridgeCarrier {
  if (!window.sealkeep) throw new Error('no bridge');
  return window.sealkeep;
}

/** Asks the agent. A carrier that breaks is an error like any other: nothing that calls this has to catch. */
export function call<Name extends BridgeCallName>(
  name: Name,
  input: BridgeInput<Name>,
): Promise<BridgeResult<BridgeOutput<Name>>> {
  return carrier()
    .call(name, input)
    .catch((cause: unknown) => ({ ok: false, error: defect(cause) }));
}

/** Offers files and folders to the agent; what a broken carrier lost is left out. */
export function offer(files: readonly File[], folders?: readonly FileSystemDirectoryEntry[]): Promise<Offer> {
  // Electron's bridge between the worlds clones what it is given, and no entry can be.
  const given = folders ? carrier().offer(files, folders) : carrier().offer(files);
  return given.catch((cause: unknown) => {
    const error = defect(cause);
    return { taken: [], leftOut: [...files, ...(folders ?? [])].map(({ name }) => ({ name, error })) };
  });
}

/** The person is told that something went wrong, the console what. */
function defect(cause: unknown): BridgeError {
  reportError(cause);
  return { code: 'INTERNAL', details: {} };
}
