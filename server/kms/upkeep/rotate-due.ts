import { DAY_MS } from '../../../shared/days.ts';
import { OWN_ACTOR, ownAct } from '../audit/own-act.ts';
import { rotateKek } from '../keyring/rotate-kek.ts';
import type { KmsParts } from '../parts.ts';

/** Rotates the KEKs whose active version is as old as `KMS_ROTATION_DAYS` says, each in a transaction of its own. */
export async function rotateDue(parts: KmsParts, signal: AbortSignal): Promise<void> {
  const { audit, config, database, now } = parts;
  if (config.rotationDays === 0) return;
  const due = await database
    .selectFrom('keks')
    .innerJoin('kek_versions', (join) =>
      join.onRef('kek_versions.kek_id', '=', 'keks.id').onRef('version', '=', 'active_version'),
    )
    .select('keks.id')
    .where('kek_versions.created_at', '<=', now().getTime() - config.rotationDays * DAY_MS)
    .execute();
  for (const { id } of due) {
    signal.throwIfAborted();
    await database.transaction().execute(async (transaction) => {
      const version = await rotateKek(parts, transaction, id);
      const entry = { actor: OWN_ACTOR, operation: 'rotate-key', reason: `${id}/${version}` };
      await audit.append(ownAct(), [entry], transaction);
    });
  }
}
