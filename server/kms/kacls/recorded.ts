import { isSealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { KmsParts } from '../parts.ts';

/** An entry of the audit log in the making: what is known of a call grows while it is looked at. */
export interface Draft {
  readonly operation: string;
  reason: string;
  actor: string;
  resourceName: string | undefined;
  /** Of calls under a delegation. */
  delegatedTo?: string | undefined;
}

/**
 * Does something that is decided on; a refusal is durable in the audit log before it leaves, as `act` itself sees to
 * for what it allows. What fails for another reason than a refusal is no decision, and is in the server's log; nor is it one that somebody calls too
 * often, and entries for that would be what they flood.
 */
export async function recordingRefusals<T>(
  { audit, commits }: Pick<KmsParts, 'audit' | 'commits'>,
  call: Call,
  draft: Draft,
  act: (draft: Draft) => Promise<T>,
): Promise<T> {
  try {
    return await act(draft);
  } catch (error) {
    if (!isSealkeepError(error) || error.code === 'RATE_LIMITED') throw error;
    const { actor, operation, reason, resourceName, delegatedTo } = draft;
    const entry = {
      actor,
      operation,
      reason,
      delegatedTo,
      refused: error.code,
      ...(resourceName === undefined ? {} : { resourceName }),
    };
    await commits.run((transaction) => audit.append(call, [entry], transaction));
    throw error;
  }
}
