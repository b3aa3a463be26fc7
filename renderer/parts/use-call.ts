import { useCallback, useEffect, useRef, useState } from 'react';
import type { BridgeCallName, BridgeInput, BridgeOutput } from '../../shared/bridge/calls.ts';
import type { BridgeResult } from '../../shared/bridge/carrier.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { call } from '../bridge.ts';

/**
 * A call that a form or a button makes: whether it is under way, what went wrong the last time, and whether the form is
 * still there to go on from.
 */
export function useCall<Name extends BridgeCallName>(name: Name) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const run = useCallback(
    async (input: BridgeInput<Name>): Promise<BridgeResult<BridgeOutput<Name>>> => {
      setBusy(true);
      setError(null);
      const result = await call(name, input);
      if (isShown.current) {
        setBusy(false);
        if (!result.ok) setError(result.error);
      }
      return result;
    },
    [name],
  );
  const forget = useCallback(() => setError(null), []);
  return { run, isBusy, error, forget, isShown: () => isShown.current };
}
