import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { preparedList, type ValueOf } from '../../../core/durable/prepared.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { sliced } from './in-slices.ts';
import { openResourceSecret, type ResourceName, resourcePlace, rowText } from './resources.ts';

const SECRET_BYTES = 32;

/** What a wrap takes of its resource. */
export interface CountedWrap {
  /** Whoever holds it destroys it. */
  readonly secret: Secret;
  readonly generation: number;
}

/** Wraps of one resource that are counted at once. */
interface Offer extends ResourceName {
  readonly wraps: number;
  /** Fresh bytes, for a resource that is not there yet, and what they rest as. */
  readonly secret: Secret;
  readonly sealed: Uint8Array;
}

const writeResources = preparedList((database: KmsDatabase, offers: readonly ValueOf<Offer>[]) =>
  database
    .insertInto('resources')
    .values(
      offers.map((value) => ({
        realm: value(({ realm }) => realm),
        name: value(({ name }) => name),
        secret: value(({ sealed }) => sealed),
        generation: value(({ wraps }) => wraps),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['realm', 'name']).doUpdateSet((set) => ({
        generation: set('resources.generation', '+', set.ref('excluded.generation')),
      })),
    )
    .returning(['realm', 'name', 'secret', 'generation']),
);

/**
 * Counts a wrap for each of the names. One that stands there twice is wrapped twice, and the later is the newer. A new
 * resource gets its 32 bytes. Secrets that are there are never replaced, and inside the transaction none can be destroyed
 * between the look and the write.
 * @returns in the same order; each has a secret of its own.
 */
export async function countWraps(
  transaction: KmsTransaction,
  atRest: AtRest,
  names: readonly ResourceName[],
): Promise<CountedWrap[]> {
  const counted: CountedWrap[] = [];
  try {
    for await (const some of sliced(names)) counted.push(...(await countSome(transaction, atRest, some)));
    return counted;
  } catch (error) {
    for (const { secret } of counted) secret.destroy();
    throw error;
  }
}

async function countSome(
  transaction: KmsTransaction,
  atRest: AtRest,
  names: readonly ResourceName[],
): Promise<CountedWrap[]> {
  const offers = new Map<string, Offer>();
  const open = new Map<string, CountedWrap>();
  try {
    for (const [text, [name, ...more]] of Map.groupBy(names, rowText)) {
      if (name) offers.set(text, offer(atRest, name, 1 + more.length));
    }
    for (const row of await writeResources(transaction, [...offers.values()])) {
      const { sealed, secret, wraps } = offers.get(rowText(row)) ?? missing();
      const isNew = Buffer.compare(sealed, row.secret) === 0;
      const kept = isNew ? secret.copy() : openResourceSecret(atRest, row.realm, row);
      open.set(rowText(row), { secret: kept, generation: row.generation - wraps });
    }
    return names.map((name) => {
      const { secret, generation } = open.get(rowText(name)) ?? missing();
      open.set(rowText(name), { secret, generation: generation + 1 });
      return { secret: secret.copy(), generation: generation + 1 };
    });
  } finally {
    for (const { secret } of [...offers.values(), ...open.values()]) secret.destroy();
  }
}

function offer(atRest: AtRest, { realm, name }: ResourceName, wraps: number): Offer {
  const secret = Secret.random(SECRET_BYTES);
  try {
    const sealed = secret.use((bytes) => atRest.seal(resourcePlace(realm, name), bytes));
    return { realm, name, wraps, secret, sealed };
  } catch (error) {
    secret.destroy();
    throw error;
  }
}

function missing(): never {
  throw new TypeError('a resource was not counted');
}
