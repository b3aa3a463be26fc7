import { isSealkeepError, type SealkeepError } from '../../shared/errors/error.ts';
import { registeredKey } from './find-key.ts';
import type { JobParts } from './parts.ts';

export interface WrappedResource {
  readonly resource_name: string;
  readonly wrapped_key: string;
}

/**
 * What to try in place of a wrapped key that the KMS refused because its key version opens nothing any more: the
 * registry's copy may hang on another version.
 * @returns undefined where it was refused for another reason, or the registry has the same one, or none.
 * @throws SealkeepError SERVER_*
 */
export async function registeredInstead(
  parts: JobParts,
  { resource_name, wrapped_key }: WrappedResource,
  refusal: SealkeepError,
): Promise<WrappedResource | undefined> {
  const isOld =
    isSealkeepError(refusal, 'KEY_VERSION_DISABLED') || isSealkeepError(refusal, 'KEY_VERSION_DESTROYED');
  if (!isOld) return undefined;
  try {
    const copy = await registeredKey(parts, resource_name, resource_name);
    return copy.wrapped_key === wrapped_key ? undefined : { resource_name, wrapped_key: copy.wrapped_key };
  } catch (error) {
    if (isSealkeepError(error, 'KEY_MISSING')) return undefined;
    throw error;
  }
}
