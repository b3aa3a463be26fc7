import { useCallback, useEffect, useRef, useState } from 'react';
import type { BridgeCallName, BridgeInput, BridgeOutput } from '../../shared/bridge/calls.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { useCall } from './use-call.ts';

export interface Loaded<Value> {
  /** Null until it came; what came stays while it is fetched anew, or can't be. */
  readonly value: Value | null;
  readonly error: BridgeError | null;
  reload(): Promise<void>;
}

/** What a part shows: fetched as it comes up, and again whenever the input is another object. */
export function useLoaded<Name extends BridgeCallName>(
  name: Name,
  input: BridgeInput<Name>,
): Loaded<BridgeOutput<Name>> {
  const { run, error } = useCall(name);
  const [value, setValue] = useState<BridgeOutput<Name> | null>(null);
  const newest = useRef(0);
  const reload = useCallback(async () => {
    newest.current += 1;
    const own = newest.current;
    const result = await run(input);
    // Of two fetches the later one counts, whichever answers last.
    if (result.ok && own === newest.current) setValue(result.value);
  }, [run, input]);
  useEffect(() => void reload(), [reload]);
  return { value, error, reload };
}
