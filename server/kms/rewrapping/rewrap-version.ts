import { isSealkeepError } from '../../../shared/errors/error.ts';
import { OWN_ACTOR, ownAct } from '../audit/own-act.ts';
import { carriedOver } from '../keyring/census.ts';
import { kekVersionText } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { REWRAPPING } from '../keyring/version-state.ts';
import { type KekVersionName, kekOfWrappedKey } from '../keyring/wrapped-key.ts';
import type { KmsParts } from '../parts.ts';
import type { CloudRegistry, WrappedPage } from './cloud-registry.ts';
import { openWhatOpens } from './open-registered.ts';

export interface RewrappingParts extends KmsParts {
  readonly registry: CloudRegistry;
}

/**
 * Carries every registered wrapped key that hangs on a version over to the active one, page by page. It needs no note
 * of how far it came: what is carried over is not listed any more. Of each page it writes first that the new wraps
 * count, then asks the cloud to swap, and lets go of the old ones only when the cloud says that it keeps the new.
 * @returns how many the cloud keeps anew.
 * @throws SealkeepError SERVER_UNREACHABLE, SERVER_ANSWER_INVALID; what was done stays done.
 */
export async function rewrapVersion(
  parts: RewrappingParts,
  kek: KekVersionName,
  signal: AbortSignal,
): Promise<number> {
  let carried = 0;
  for (let after: string | undefined; ; ) {
    const page = await parts.registry.wrapped(kek, after, signal);
    carried += await carryOver(parts, kek, page.items, signal).catch((err: unknown) => {
      if (!isSealkeepError(err, 'WRAPPED_KEY_INVALID')) throw err;
      // A file of it was given up at this moment: the page comes again with the next run.
      parts.logger.info({ err, ...kek }, 'a page was not carried over');
      return 0;
    });
    if (page.next === undefined) return carried;
    after = page.next;
  }
}

type Items = WrappedPage['items'];

async function carryOver(
  parts: RewrappingParts,
  kek: KekVersionName,
  items: Items,
  signal: AbortSignal,
): Promise<number> {
  const opened = await openWhatOpens(parts, items, REWRAPPING);
  try {
    const stale = opened.filter(({ isStale }) => isStale);
    if (stale.length === 0) return 0;
    const entry = {
      actor: OWN_ACTOR,
      operation: 'rewrap',
      reason: `${stale.length} of ${kekVersionText(kek)}`,
    };
    const fresh = await rewrapDeks(parts, OWN_REALM, stale, (transaction) =>
      parts.audit.append(ownAct(), [entry], transaction),
    );
    const swaps = stale.map(({ resourceName, text }, index) => ({
      resource_name: resourceName,
      was: text,
      wrapped_key: fresh[index]?.toString('base64') ?? '',
    }));
    const swapped = await parts.registry.rewrapped(swaps, signal);
    const kept = stale.filter((_, index) => swapped[index]);
    const [to] = fresh.map(kekOfWrappedKey);
    if (to) {
      await parts.database
        .transaction()
        .execute((transaction) => carriedOver(transaction, OWN_REALM, to, kept));
    }
    return kept.length;
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

/**
 * Forgets in the census what a carrying over that was cut short left counted twice: of whatever the cloud keeps under
 * the active version, nothing hangs on another one any more.
 */
export async function settleCensus(
  parts: RewrappingParts,
  active: KekVersionName,
  signal: AbortSignal,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await parts.registry.wrapped(active, after, signal);
    const opened = await openWhatOpens(parts, page.items, REWRAPPING);
    for (const { dek } of opened) dek.destroy();
    const current = opened.filter(({ isStale }) => !isStale);
    await parts.database
      .transaction()
      .execute((transaction) => carriedOver(transaction, OWN_REALM, active, current));
    if (page.next === undefined) return;
    after = page.next;
  }
}
