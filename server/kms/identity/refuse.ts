import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { type ErrorDetails, SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { IdentityParts } from './identity-parts.ts';
import { countAttempt } from './throttle.ts';

/** What is being decided, and of whom. */
export interface Decision {
  /** The name that was offered, or of the person who asks. */
  readonly actor: string;
  readonly operation: string;
  readonly call: Call;
}

/** Refuses once that stands in the audit log. */
export async function refuse(
  { audit, commits }: Pick<IdentityParts, 'audit' | 'commits'>,
  { actor, operation, call }: Decision,
  code: ErrorCode,
  details: ErrorDetails = {},
): Promise<never> {
  const entry = { actor, operation, refused: code };
  await commits.run((transaction) => audit.append(call, [entry], transaction));
  throw new SealkeepError(code, details);
}

/**
 * Lets an attempt pass, counted as a failure until `forgetFailures`.
 * @throws SealkeepError LOGIN_THROTTLED while the subject is in a pause.
 */
export async function passThrottle(
  parts: Pick<IdentityParts, 'audit' | 'commits' | 'database' | 'now'>,
  subject: string,
  decision: Decision,
): Promise<void> {
  const seconds = await countAttempt(parts.database, subject, parts.now());
  if (seconds > 0) await refuse(parts, decision, 'LOGIN_THROTTLED', { retry_after: seconds });
}
