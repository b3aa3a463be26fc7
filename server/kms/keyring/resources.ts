import type { AtRest } from '../../../core/crypto/at-rest.ts';
import type { Secret } from '../../../core/crypto/secret.ts';
import { itself, preparedList, type ValueOf } from '../../../core/durable/prepared.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { sliced } from './in-slices.ts';
import { OWN_REALM } from './own-realm.ts';

/** A resource as the keyring knows it: its part of every wrapping key, still at rest, and how often it was wrapped. */
export interface ResourceRow {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly generation: number;
}

/** Names a resource among all realms'. */
export interface ResourceName {
  readonly realm: string;
  readonly name: string;
}

const readResources = preparedList(
  (database: KmsDatabase, names: readonly ValueOf<string>[], realm: ValueOf<string>) =>
    database
      .selectFrom('resources')
      .select(['name', 'secret', 'generation'])
      .where('realm', '=', realm(itself))
      .where(
        'name',
        'in',
        names.map((name) => name(itself)),
      ),
);

/** @returns those of the resources that there are. */
export async function findResources(
  database: KmsDatabase | KmsTransaction,
  realm: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ResourceRow>> {
  const found = new Map<string, ResourceRow>();
  for await (const some of sliced(names)) {
    for (const row of await readResources(database, some, realm)) found.set(row.name, row);
  }
  return found;
}

/**
 * Destroys what is kept of resources of our own realm: their secrets, and what is counted for them.
 * @returns those that there were.
 */
export async function forgetResources(
  transaction: KmsTransaction,
  names: readonly string[],
): Promise<string[]> {
  await transaction
    .deleteFrom('census')
    .where('realm', '=', OWN_REALM)
    .where('resource_name', 'in', names)
    .execute();
  await transaction.deleteFrom('grants').where('resource_name', 'in', names).execute();
  const rows = await transaction
    .deleteFrom('resources')
    .where('realm', '=', OWN_REALM)
    .where('name', 'in', names)
    .returning('name')
    .execute();
  return rows.map(({ name }) => name);
}

/** The caller destroys what it gets. */
export function openResourceSecret(atRest: AtRest, realm: string, resource: ResourceRow): Secret {
  return atRest.open(resourcePlace(realm, resource.name), resource.secret);
}

/** Where a resource's secret rests. */
export function resourcePlace(realm: string, name: string) {
  return { table: 'resources', column: 'secret', row: rowText({ realm, name }) };
}

/** No realm has a slash in it, so no two resources have one text. */
export function rowText({ realm, name }: ResourceName): string {
  return `${realm}/${name}`;
}
