import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { type ErrorDetails, SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { KmsParts } from '../parts.ts';
import { recordRefusal } from './recorded.ts';

/** What is being decided, and of whom. */
export interface Decision {
  /** The name that was offered, or of the person who asks. */
  readonly actor: string;
  readonly operation: string;
  readonly call: Call;
}

/** Refuses once that stands in the audit log. */
export async function refuse(
  parts: Pick<KmsParts, 'audit' | 'commits'>,
  decision: Decision,
  code: ErrorCode,
  details: ErrorDetails = {},
): Promise<never> {
  const { actor, operation, call } = decision;
  await recordRefusal(parts, call, { actor, operation }, code);
  throw new SealkeepError(code, details);
}
