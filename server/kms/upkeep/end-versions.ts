import { emptyLog } from '../../../core/durable/empty-log.ts';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import { OWN_ACTOR, ownAct } from '../audit/own-act.ts';
import { countNeeding } from '../keyring/census.ts';
import { findVersion, writeVersionState } from '../keyring/kek-versions.ts';
import { transition, type VersionEvent } from '../keyring/version-state.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import type { KmsParts } from '../parts.ts';
import { recountVersion } from '../rewrapping/recount-version.ts';
import type { RewrappingParts } from '../rewrapping/rewrap-version.ts';
import { forEach } from './for-each.ts';
import { isNeeded, superseded } from './superseded.ts';

/**
 * Retires versions whose grace period is over and that nothing hangs on. What foreign issuers' wraps hang on is never
 * retired by itself (DESIGN.md, invariant 2): nobody tells this KMS whether they still have them.
 */
export async function retireDue(parts: RewrappingParts, signal: AbortSignal): Promise<void> {
  const due = await superseded(parts.database, ['readable'])
    .where('kek_versions.due_at', '<=', parts.now().getTime())
    .where((row) => row.not(isNeeded(row)))
    .execute();
  await forEach(parts, due, signal, async (name) => {
    const kept = await recountVersion(parts, name, signal);
    // What the cloud turned out to have under it is rewrapped with the next run.
    await change(parts, name, kept, (needed) => ({ kind: 'retire', needed }));
  });
}

/** Destroys versions whose time has come; what hangs on one by then keeps it, and is in the server's log. */
export async function destroyDue(parts: RewrappingParts, signal: AbortSignal): Promise<void> {
  const { database, now } = parts;
  const due = await database
    .selectFrom('kek_versions')
    .select(['kek_id as kekId', 'version'])
    .where('status', '=', 'destruction_scheduled')
    .where('due_at', '<=', now().getTime())
    .execute();
  let destroyed = 0;
  await forEach(parts, due, signal, async (name) => {
    const kept = await recountVersion(parts, name, signal);
    const at = now().getTime();
    if (await change(parts, name, kept, (needed) => ({ kind: 'destroy', at, needed }))) destroyed += 1;
  }).finally(async () => {
    if (destroyed > 0) await emptyLog(database);
  });
}

/**
 * @param kept how many wrapped keys the cloud was just seen to keep under it.
 * @returns false where something hangs on the version, which then stays as it is.
 */
async function change(
  { audit, database, logger }: KmsParts,
  name: KekVersionName,
  kept: number,
  eventOf: (needed: number) => VersionEvent,
): Promise<boolean> {
  try {
    await database.transaction().execute(async (transaction) => {
      const event = eventOf(await countNeeding(transaction, name, kept));
      await writeVersionState(transaction, name, transition(await findVersion(transaction, name), event));
      const reason = `${name.kekId}/${name.version}`;
      const entry = { actor: OWN_ACTOR, operation: `${event.kind}-key-version`, reason };
      await audit.append(ownAct(), [entry], transaction);
    });
    return true;
  } catch (error) {
    if (!isSealkeepError(error, 'KEY_VERSION_NEEDED')) throw error;
    logger.warn({ ...name, ...error.details }, 'a key version stays as it is, because something hangs on it');
    return false;
  }
}
