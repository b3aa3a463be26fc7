import path from 'node:path';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';

/** An error as it crosses the bridge: the code and what its sentence needs. Of a defect nothing crosses. */
export function bridgeErrorOf(error: unknown): BridgeError {
  if (!isSealkeepError(error)) return { code: 'INTERNAL', details: {} };
  const { file } = error.details;
  // The page knows files by name; only the agent knows where they lie.
  const named = typeof file === 'string' ? { file: path.basename(file) } : {};
  return { code: error.code, details: { ...error.details, ...named } };
}
