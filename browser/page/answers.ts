import type { BridgeError } from '../../shared/bridge/state.ts';

/** The shell is gone, or did not answer. */
export const UNREACHABLE: BridgeError = { code: 'SERVER_UNREACHABLE', details: { url: '' } };

/** The page was not opened by an address that is good, or by one of a shell that has ended. */
export const NOT_LET_IN: BridgeError = { code: 'LAUNCH_SECRET_REFUSED', details: {} };

/** Why the shell refused. */
export async function errorOf(response: Response): Promise<BridgeError> {
  const { error } = (await response.json()) as { readonly error: BridgeError };
  return { code: error.code, details: error.details };
}
