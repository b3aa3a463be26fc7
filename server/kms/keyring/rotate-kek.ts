import { DAY_MS } from '../../../shared/days.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { addVersion, listVersions, writeVersionState } from './kek-versions.ts';
import { transition } from './version-state.ts';

/**
 * Makes a new version of a KEK and lets it wrap from the commit on. The switch is one row, the KEK's own; the version
 * before stays readable, for its grace period and after it as long as anything hangs on it.
 * @returns the new version.
 * @throws SealkeepError KEY_NOT_FOUND
 */
export async function rotateKek(
  { atRest, config, now }: Pick<KmsParts, 'atRest' | 'config' | 'now'>,
  transaction: KmsTransaction,
  kekId: string,
): Promise<number> {
  const at = now().getTime();
  const versions = await listVersions(transaction, kekId);
  const active = versions.find(({ status }) => status === 'active');
  const newest = versions.at(-1);
  if (!active || !newest) throw new SealkeepError('KEY_NOT_FOUND');
  const version = newest.version + 1;
  await addVersion(transaction, atRest, { kekId, version }, at);
  await transaction.updateTable('keks').set({ active_version: version }).where('id', '=', kekId).execute();
  const dueAt = at + config.graceDays * DAY_MS;
  await writeVersionState(
    transaction,
    { kekId, version: active.version },
    transition(active, { kind: 'supersede', dueAt }),
  );
  return version;
}
