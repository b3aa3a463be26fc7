import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { isSameServiceUrl } from '../../shared/names/service-url.ts';
import type { JobParts } from './parts.ts';

/** Refusals that have another reason where the file was sealed with another KMS. */
const STRANGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLOUD_NOT_FOUND',
  'GRANT_MISSING',
  'RESOURCE_MISMATCH',
  'WRAPPED_KEY_INVALID',
  'KEY_MISSING',
]);

/** Says that a file belongs to another KMS where that is why ours and its cloud do not know it. */
export function explained(
  parts: JobParts,
  { label, prelude }: { readonly label: string; readonly prelude: Prelude },
  error: unknown,
): unknown {
  const { kacls_url } = prelude.header;
  if (!isSealkeepError(error) || !STRANGE.has(error.code) || isSameServiceUrl(kacls_url, parts.kmsName))
    return error;
  return new SealkeepError('FILE_OTHER_KMS', { file: label, kacls_url }, { cause: error });
}
