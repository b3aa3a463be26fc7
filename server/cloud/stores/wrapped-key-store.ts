import type { Swap } from '../../../shared/api/cloud/rewrapping.ts';
import { formatKeyFile, parseKeyFile } from '../../../shared/formats/key-file.ts';
import { claimedKekVersion, type KekVersionClaim } from '../../../shared/formats/wrapped-key.ts';
import { parseResourceName } from '../../../shared/names/resource-name.ts';
import type { CloudDatabase, CloudTransaction } from './schema.ts';

interface StoredWrappedKey {
  readonly resource: string;
  readonly owner: string;
  /** base64 */
  readonly wrappedKey: string;
}

/** What the registry and the uploaded pairs hold of wrapped keys, by what these hang on. */
export interface WrappedKeyStore {
  /** Distinct ones that say they hang on a version, by resource, of at most `limit` resources behind `after`. */
  hangingOn(kek: KekVersionClaim, after: string, limit: number): Promise<StoredWrappedKey[]>;
  /**
   * Compare and swap, each by itself, durable when it resolves.
   * @returns for each whether the new one stands there now, also where it already did.
   */
  swap(swaps: readonly Swap[]): Promise<boolean[]>;
}

const TABLES = ['registry', 'files'] as const;

export function createWrappedKeyStore(database: CloudDatabase): WrappedKeyStore {
  return {
    async hangingOn({ keyId, version }, after, limit) {
      const found = await Promise.all(
        TABLES.map((table) =>
          database
            .selectFrom(table)
            .innerJoin('resources', 'resources.id', `${table}.resource`)
            .select([`${table}.resource`, 'resources.owner', `${table}.key_file`])
            .where(`${table}.kek_id`, '=', keyId)
            .where(`${table}.key_version`, '=', version)
            .where(`${table}.resource`, '>', after)
            .orderBy(`${table}.resource`)
            .limit(limit)
            .execute(),
        ),
      );
      const rows = found.flat().sort((one, other) => (one.resource < other.resource ? -1 : 1));
      const resources = new Set([...new Set(rows.map(({ resource }) => resource))].slice(0, limit));
      const distinct = new Map(
        rows.flatMap(({ resource, owner, key_file }) => {
          const wrappedKey = parseKeyFile(key_file).wrapped_key;
          return resources.has(resource)
            ? [[`${resource} ${wrappedKey}`, { resource, owner, wrappedKey }] as const]
            : [];
        }),
      );
      return [...distinct.values()];
    },

    swap(swaps) {
      return database.transaction().execute(async (transaction) => {
        const done = new Set<Swap>();
        for (const table of TABLES)
          for (const swap of await swapIn(transaction, table, swaps)) done.add(swap);
        return swaps.map((swap) => done.has(swap));
      });
    },
  };
}

/** @returns those whose new wrapped key stands in the table now. */
async function swapIn(
  transaction: CloudTransaction,
  table: (typeof TABLES)[number],
  swaps: readonly Swap[],
): Promise<Swap[]> {
  const idOf = ({ resource_name }: Swap) => parseResourceName(resource_name).id;
  const rows = await transaction
    .selectFrom(table)
    .select(['resource', 'key_file'])
    .where('resource', 'in', swaps.map(idOf))
    .execute();
  const keys = new Map(rows.map(({ resource, key_file }) => [resource, parseKeyFile(key_file)]));
  const done: Swap[] = [];
  for (const swap of swaps) {
    const { was, wrapped_key: wrappedKey } = swap;
    const resource = idOf(swap);
    const key = keys.get(resource);
    if (key?.wrapped_key === wrappedKey) done.push(swap);
    if (key?.wrapped_key !== was) continue;
    const { keyId, version } = claimedKekVersion(wrappedKey);
    const text = formatKeyFile({ ...key, wrapped_key: wrappedKey });
    await transaction
      .updateTable(table)
      .set({ key_file: text, kek_id: keyId, key_version: version })
      .where('resource', '=', resource)
      .execute();
    done.push(swap);
  }
  return done;
}
