import { z } from 'zod';
import {
  destructionRequest,
  keyListReply,
  keyRequest,
  versionCodeRequest,
  versionRequest,
} from '../api/kms/keys.ts';
import { jobId, nothing } from './common.ts';

/** So many of the files that need a new key cross the bridge. */
export const NEEDING_SHOWN = 200;

/** One's own keys at the KMS. What may lose or open something takes a fresh code. */
export const KEY_CALLS = {
  'keys.list': { input: nothing, output: keyListReply },
  /** What hung on a version that was revoked, by the name that it was registered with; null for what the cloud does not know. */
  'keys.needing-new-key': {
    input: keyRequest,
    output: z.object({
      files: z.array(z.object({ name: z.string().nullable(), resource_name: z.string() })).max(NEEDING_SHOWN),
      hasMore: z.boolean(),
    }),
  },
  /** @returns the job that follows the wrapped keys while the KMS carries them over. */
  'keys.rotate': { input: keyRequest, output: jobId },
  /** Revokes a version. What hangs on it is carried over, followed by a job. */
  'keys.disable': { input: versionCodeRequest, output: nothing },
  'keys.enable': { input: versionCodeRequest, output: nothing },
  'keys.schedule-destruction': { input: destructionRequest, output: nothing },
  'keys.cancel-destruction': { input: versionRequest, output: nothing },
} as const;
