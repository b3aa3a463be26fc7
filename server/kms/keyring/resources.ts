import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { sliced } from './in-slices.ts';
import { OWN_REALM } from './own-realm.ts';

const SECRET_BYTES = 32;

/** A resource as the keyring knows it: its part of every wrapping key, still at rest, and how often it was wrapped. */
export interface ResourceRow {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly generation: number;
}

/** The same, with its secret open: whoever holds it destroys it. */
export interface OpenResource {
  readonly secret: Secret;
  readonly generation: number;
}

/**
 * Counts one more wrap of each resource; a new one gets its 32 bytes. Secrets that are there are never replaced, and
 * inside the transaction none can be destroyed between the look and the write.
 * @param names distinct.
 * @returns the caller destroys the secrets; where this throws none is left.
 */
export async function countWraps(
  transaction: KmsTransaction,
  atRest: AtRest,
  realm: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, OpenResource>> {
  const counted = new Map<string, OpenResource>();
  const held: Secret[] = [];
  try {
    for await (const some of sliced(names)) {
      const offered = new Map(some.map((name) => [name, offer(atRest, realm, name, held)]));
      const written = await transaction
        .insertInto('resources')
        .values([...offered].map(([name, { sealed }]) => ({ realm, name, secret: sealed, generation: 1 })))
        .onConflict((conflict) =>
          conflict
            .columns(['realm', 'name'])
            .doUpdateSet((set) => ({ generation: set('resources.generation', '+', 1) })),
        )
        .returning(['name', 'secret', 'generation'])
        .execute();
      for (const row of written) {
        const ours = offered.get(row.name);
        const isKept = ours !== undefined && Buffer.compare(ours.sealed, row.secret) === 0;
        if (!isKept) ours?.secret.destroy();
        const secret = isKept ? ours.secret : openResourceSecret(atRest, realm, row);
        held.push(secret);
        counted.set(row.name, { secret, generation: row.generation });
      }
    }
    return counted;
  } catch (error) {
    for (const secret of held) secret.destroy();
    throw error;
  }
}

/** @returns those of the resources that there are. */
export async function findResources(
  database: KmsDatabase | KmsTransaction,
  realm: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ResourceRow>> {
  const rows = await database
    .selectFrom('resources')
    .select(['name', 'secret', 'generation'])
    .where('realm', '=', realm)
    .where('name', 'in', names)
    .execute();
  return new Map(rows.map((row) => [row.name, row]));
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

/** What a new resource rests with: fresh bytes, which need not be opened again, and are `held` from the first moment. */
function offer(atRest: AtRest, realm: string, name: string, held: Secret[]) {
  const secret = Secret.random(SECRET_BYTES);
  held.push(secret);
  return { secret, sealed: secret.use((bytes) => atRest.seal(resourcePlace(realm, name), bytes)) };
}

/** No realm has a slash in it, so no two resources share a place. */
export function resourcePlace(realm: string, name: string) {
  return { table: 'resources', column: 'secret', row: `${realm}/${name}` };
}
