import { isSealkeepError } from '../../../shared/errors/error.ts';
import { OWN_ACTOR, ownAct } from '../audit/own-act.ts';
import { countRewrapped } from '../keyring/census.ts';
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
 * Rewraps every registered wrapped key that hangs on a version under the active one, page by page. It needs no note
 * of how far it came: what is rewrapped is not listed any more. Of each page it writes first that the new wraps
 * count, then asks the cloud to swap, and lets go of the old ones only when the cloud says that it keeps the new.
 * @returns how many the cloud keeps anew.
 * @throws SealkeepError SERVER_UNREACHABLE, SERVER_ANSWER_INVALID; what was done stays done.
 */
export async function rewrapVersion(
  parts: RewrappingParts,
  kek: KekVersionName,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let after: string | undefined; ; ) {
    const page = await parts.registry.wrapped(kek, after, signal);
    count += await rewrapPage(parts, kek, page.items, signal).catch((err: unknown) => {
      if (!isSealkeepError(err, 'WRAPPED_KEY_INVALID')) throw err;
      // A file of it was given up at this moment: the page comes again with the next run.
      parts.logger.info({ err, ...kek }, 'a page was not rewrapped');
      return 0;
    });
    if (page.next === undefined) return count;
    after = page.next;
  }
}

type Items = WrappedPage['items'];

async function rewrapPage(
  parts: RewrappingParts,
  kek: KekVersionName,
  items: Items,
  signal: AbortSignal,
): Promise<number> {
  const opened = await openWhatOpens(parts, items, REWRAPPING);
  try {
    const superseded = opened.filter(({ isSuperseded }) => isSuperseded);
    if (superseded.length === 0) return 0;
    const entry = {
      actor: OWN_ACTOR,
      operation: 'rewrap',
      reason: `${superseded.length} of ${kekVersionText(kek)}`,
    };
    const rewrapped = await rewrapDeks(parts, OWN_REALM, superseded, (transaction) =>
      parts.audit.append(ownAct(), [entry], transaction),
    );
    const swaps = superseded.map(({ resourceName, text }, index) => ({
      resource_name: resourceName,
      was: text,
      wrapped_key: rewrapped[index]?.toString('base64') ?? '',
    }));
    const swapped = await parts.registry.rewrapped(swaps, signal);
    const kept = superseded.filter((_, index) => swapped[index]);
    const [to] = rewrapped.map(kekOfWrappedKey);
    if (to) {
      await parts.database
        .transaction()
        .execute((transaction) => countRewrapped(transaction, OWN_REALM, to, kept));
    }
    return kept.length;
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

/**
 * Forgets in the census what a rewrap that was cut short left counted twice: of whatever the cloud keeps under
 * the active version, nothing hangs on another one any more.
 */
export async function uncountRewrapped(
  parts: RewrappingParts,
  active: KekVersionName,
  signal: AbortSignal,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await parts.registry.wrapped(active, after, signal);
    const opened = await openWhatOpens(parts, page.items, REWRAPPING);
    for (const { dek } of opened) dek.destroy();
    const current = opened.filter(({ isSuperseded }) => !isSuperseded);
    await parts.database
      .transaction()
      .execute((transaction) => countRewrapped(transaction, OWN_REALM, active, current));
    if (page.next === undefined) return;
    after = page.next;
  }
}
