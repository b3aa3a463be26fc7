import { isSealkeepError } from '../../../shared/errors/error.ts';
import { carriedOver } from '../keyring/census.ts';
import { kekVersionText } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { type UnwrappedDek, unwrapDeks } from '../keyring/unwrap-deks.ts';
import { REWRAPPING } from '../keyring/version-state.ts';
import { type KekVersionName, kekOfWrappedKey } from '../keyring/wrapped-key.ts';
import type { KmsParts } from '../parts.ts';
import { OWN_ACTOR, ownAct } from '../upkeep/own-act.ts';
import type { CloudRegistry, WrappedPage } from './cloud-registry.ts';

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
    carried += await carryOver(parts, kek, page.items, signal);
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
  const opened = await openWhatOpens(parts, items);
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
    const opened = await openWhatOpens(parts, page.items);
    for (const { dek } of opened) dek.destroy();
    const current = opened.filter(({ isStale }) => !isStale);
    await parts.database
      .transaction()
      .execute((transaction) => carriedOver(transaction, OWN_REALM, active, current));
    if (page.next === undefined) return;
    after = page.next;
  }
}

type Opened = UnwrappedDek & {
  /** The wrapped key as the cloud has it. */
  readonly text: string;
};

/** What does not open is nothing that this KMS could carry over, whatever the cloud says that it hangs on. */
async function openWhatOpens(parts: RewrappingParts, items: Items): Promise<Opened[]> {
  if (items.length === 0) return [];
  const all = await openAll(parts, items);
  if (all) return all;
  const opened: Opened[] = [];
  for (const item of items) opened.push(...((await openAll(parts, [item])) ?? []));
  return opened;
}

/** Undefined where one of them does not open. */
async function openAll(parts: RewrappingParts, items: Items): Promise<Opened[] | undefined> {
  const wrapped = items.map(({ resource_name, wrapped_key }) => ({
    resourceName: resource_name,
    wrappedKey: Buffer.from(wrapped_key, 'base64'),
  }));
  try {
    const deks = await unwrapDeks(parts, OWN_REALM, wrapped, REWRAPPING);
    return deks.map((dek, index) => ({ ...dek, text: items[index]?.wrapped_key ?? '' }));
  } catch (error) {
    if (isSealkeepError(error) && error.status < 500) return undefined;
    throw error;
  }
}
