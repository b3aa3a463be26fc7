import { SealkeepError } from '../../../shared/errors/error.ts';
import { abortable } from '../../engine/abortable.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { createCloudClient } from '../../servers/cloud-client.ts';
import { createKmsClient } from '../../servers/kms-client.ts';
import type { Trash } from '../../trash/trash.ts';
import type { Account } from '../account/account.ts';

/** Whose a job is: the person, at these servers. */
export interface JobOwner {
  readonly place: string;
  readonly user: string;
}

/** What jobs are made of. */
export interface WorkParts {
  readonly account: Account;
  readonly owner: JobOwner;
  /** Whose jobs run now; undefined while nobody is logged in. */
  present(): JobOwner | undefined;
  /** Looks at what a job of somebody's turn failed with. */
  failed(error: unknown, turn: object): void;
  /** Where outputs go whose source has no folder that may be written. */
  outputFolder(): string;
  /** The system's; undefined where the shell has none. */
  readonly trash: Trash | undefined;
}

export function isSameOwner(a: JobOwner | undefined, b: JobOwner | undefined): boolean {
  return a?.place === b?.place && a?.user === b?.user;
}

/** @throws SealkeepError NOT_LOGGED_IN where nobody or somebody else is logged in. */
export function assertPresent({ owner, present }: Pick<WorkParts, 'owner' | 'present'>): void {
  if (!isSameOwner(owner, present())) throw new SealkeepError('NOT_LOGGED_IN');
}

/**
 * Runs a job as its owner, who has to be logged in. All its calls end with its signal, but for the refresh of a login,
 * which would be lost with its answer.
 * @param work is also given what looks at the failures that it reports without throwing them.
 * @throws SealkeepError NOT_LOGGED_IN, JOB_CANCELLED, and what `work` throws.
 */
export async function asPerson<T>(
  { account, failed, ...who }: WorkParts,
  signal: AbortSignal,
  work: (parts: JobParts, failed: (error: SealkeepError) => void) => Promise<T>,
): Promise<T> {
  const turn = account.turn();
  try {
    assertPresent(who);
    const { parts } = await abortable(account.loggedIn(), signal);
    const kms = createKmsClient({ ...parts.kms.peer, signal });
    const cloud = createCloudClient({ ...parts.cloud.peer, signal });
    return await work({ ...parts, kms, cloud }, (error) => failed(error, turn));
  } catch (error) {
    failed(error, turn);
    throw error;
  }
}
