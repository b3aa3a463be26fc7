import type { BridgeCallName, BridgeInput, BridgeOutput } from '../shared/bridge/calls.ts';
import type { BridgeCarrier, BridgeResult } from '../shared/bridge/carrier.ts';

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
export async function call<Name extends BridgeCallName>(
  name: Name,
  input: BridgeInput<Name>,
): Promise<BridgeResult<BridgeOutput<Name>>> {
  try {
    return await carrier().call(name, input);
  } catch {
    return { ok: false, error: { code: 'INTERNAL', details: {} } };
  }
}
