import type { AtRest } from '../../../core/crypto/at-rest.ts';
import type { Secret } from '../../../core/crypto/secret.ts';
import type { AuditEntryOfCall } from '../audit/audit-log.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { addToCensus } from './census.ts';
import { type CountedWrap, countWraps } from './count-wraps.ts';
import { findKekToWrapWith, type KekHolder } from './find-kek.ts';
import { sliced } from './in-slices.ts';
import type { KekVersion } from './wrapped-key.ts';

/** The wraps of one call. */
interface WrapsToWrite {
  readonly holder: KekHolder;
  readonly names: readonly string[];
  readonly entries: readonly AuditEntryOfCall[];
  /** Takes every secret that is opened for the call, whatever becomes of it; whoever asks destroys them. */
  readonly held: Secret[];
}

interface WrittenWraps {
  readonly kek: KekVersion;
  /** In the order of the names. */
  readonly resources: readonly CountedWrap[];
}

/**
 * Writes what the database keeps of wraps: resources, census and audit entries, in one transaction. Calls that come at
 * the same moment share their statements.
 * @throws SealkeepError REQUEST_INVALID where the KEK that is named is not the owner's.
 */
export type WriteWraps = (wraps: WrapsToWrite) => Promise<WrittenWraps>;

export function createWriteWraps(parts: Pick<KmsParts, 'commits' | 'atRest' | 'audit'>): WriteWraps {
  const { commits, atRest, audit } = parts;

  async function writeAll(
    transaction: KmsTransaction,
    calls: readonly WrapsToWrite[],
  ): Promise<WrittenWraps[]> {
    const keks = await openKeks(transaction, atRest, calls);
    const wraps = calls.flatMap(({ holder: { realm }, names }) => names.map((name) => ({ realm, name })));
    const counted = await countWraps(transaction, atRest, wraps);
    let taken = 0;
    const written = calls.map((call) => {
      const resources = counted.slice(taken, taken + call.names.length);
      taken += resources.length;
      call.held.push(...resources.map(({ secret }) => secret));
      return { kek: keks.get(call) ?? missing(), resources };
    });
    const rows = calls.flatMap(({ holder: { realm }, names }, at) =>
      names.map((resourceName, index) => {
        const { kek, resources } = written[at] ?? missing();
        const { generation } = resources[index] ?? missing();
        return { realm, resourceName, generation, kekId: kek.kekId, version: kek.version };
      }),
    );
    await addToCensus(transaction, rows);
    for await (const some of sliced(calls.flatMap(({ entries }) => entries))) {
      await audit.appendAll(some, transaction);
    }
    return written;
  }

  return (wraps) => commits.share(writeAll, wraps);
}

/** The KEK of each call. Each has a secret of its own; a holder's KEK is read and opened once. */
async function openKeks(
  transaction: KmsTransaction,
  atRest: AtRest,
  calls: readonly WrapsToWrite[],
): Promise<ReadonlyMap<WrapsToWrite, KekVersion>> {
  const keks = new Map<WrapsToWrite, KekVersion>();
  const ofOneHolder = Map.groupBy(calls, ({ holder }) =>
    JSON.stringify([holder.realm, holder.ownerId, holder.kekId]),
  );
  for (const some of ofOneHolder.values()) {
    const [first, ...others] = some;
    if (!first) continue;
    const kek = await findKekToWrapWith(transaction, atRest, first.holder);
    keks.set(first, kek);
    for (const call of others) keks.set(call, { ...kek, secret: kek.secret.copy() });
    for (const call of some) call.held.push((keks.get(call) ?? missing()).secret);
  }
  return keks;
}

function missing(): never {
  throw new TypeError('a wrap was not written');
}
