import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { KmsParts } from '../parts.ts';
import { isCounted } from './count-refusals.ts';

/** An entry of the audit log in the making: what is known of a call grows while it is looked at. */
export interface Draft {
  readonly operation: string;
  reason: string;
  actor: string;
  resourceName: string | undefined;
  /** Of calls under a delegation. */
  delegatedTo?: string | undefined;
}

type Parts = Pick<KmsParts, 'audit' | 'commits'>;

/** No decisions: the KMS could not, whoever asked, or was asked too often, and entries for that would be what floods it. */
const UNDECIDED: ReadonlySet<ErrorCode> = new Set([
  'SERVER_BUSY',
  'STORE_FULL',
  'STORE_LOST',
  'RATE_LIMITED',
]);

/** Writes down that something was refused; durable once this resolves, but for what is only counted (`isCounted`). */
export async function recordRefusal(
  { audit, commits }: Parts,
  call: Call,
  {
    actor,
    operation,
    reason,
    resourceName,
    delegatedTo,
  }: Pick<Draft, 'actor' | 'operation'> & Partial<Draft>,
  code: ErrorCode,
): Promise<void> {
  if (isCounted({ actor, operation, refused: code })) {
    audit.countRefused(call);
    return;
  }
  const entry = {
    ...{ actor, operation, delegatedTo, refused: code },
    ...(reason === undefined ? {} : { reason }),
    ...(resourceName === undefined ? {} : { resourceName }),
  };
  await commits.run((transaction) => audit.append(call, [entry], transaction));
}

/**
 * Does something that is decided on; a refusal is durable in the audit log before it leaves, as `act` itself sees to
 * for what it allows. What fails for another reason than a refusal is no decision, and is in the server's log.
 * @param known what is known of the call already; `act` adds what it finds out to the draft that it is given.
 */
export async function recordingRefusals<T>(
  parts: Parts,
  call: Call,
  known: Pick<Draft, 'operation'> & Partial<Draft>,
  act: (draft: Draft) => Promise<T>,
): Promise<T> {
  const draft: Draft = { actor: '', reason: '', resourceName: undefined, ...known };
  try {
    return await act(draft);
  } catch (error) {
    if (!isSealkeepError(error) || UNDECIDED.has(error.code)) throw error;
    await recordRefusal(parts, call, draft, error.code);
    throw error;
  }
}
