import { abortable } from '../../engine/abortable.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { createCloudClient } from '../../servers/cloud-client.ts';
import { createKmsClient } from '../../servers/kms-client.ts';
import type { Account } from '../account/account.ts';

/** What jobs are made of. */
export interface WorkParts {
  readonly account: Account;
  /** Looks at what a job of somebody's turn failed with. */
  failed(error: unknown, turn: object): void;
  /** Where outputs go whose source has no folder that may be written. */
  outputFolder(): string;
}

/**
 * Runs a job as the person who is logged in. All its calls end with its signal, but for the refresh of a login, which
 * would be lost with its answer.
 * @throws SealkeepError NOT_LOGGED_IN, JOB_CANCELLED, and what `work` throws.
 */
export async function asPerson<T>(
  { account, failed }: WorkParts,
  signal: AbortSignal,
  work: (parts: JobParts, user: string) => Promise<T>,
): Promise<T> {
  const turn = account.turn();
  try {
    const { parts, user } = await abortable(account.session(), signal);
    const kms = createKmsClient({ ...parts.kms.peer, signal });
    const cloud = createCloudClient({ ...parts.cloud.peer, signal });
    return await work({ ...parts, kms, cloud }, user);
  } catch (error) {
    failed(error, turn);
    throw error;
  }
}
