import {
  exportOaepPair,
  generateRsaOaepPair,
  importOaepPair,
  type OaepKeyPair,
} from '../../../core/crypto/rsa-oaep.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { escrowPairPlace } from './places.ts';

type Parts = Pick<KmsParts, 'database' | 'atRest' | 'now'>;

/** The pairs of those who use the escrow. */
export interface EscrowPairs {
  /** PEM; undefined where there is none yet. */
  publicKeyOf(person: Person): Promise<string | undefined>;
  /**
   * Makes one. Of two that do it at once, both get the one that was kept first.
   * @param record what else belongs into the transaction that keeps it.
   * @returns its public half, PEM.
   */
  make(person: Person, record: (transaction: KmsTransaction) => Promise<void>): Promise<string>;
  pairOf(person: Person): Promise<OaepKeyPair | undefined>;
}

export function createEscrowPairs({ database, atRest, now }: Parts): EscrowPairs {
  let making: Promise<unknown> = Promise.resolve();

  /** One at a time: each takes a core for a second or more, and a crowd must not take all of them. */
  function generate(): Promise<OaepKeyPair> {
    const next = making.then(() => generateRsaOaepPair());
    making = next.catch(() => undefined);
    return next;
  }

  function rowOf({ id }: Person) {
    return database.selectFrom('escrow_pairs').selectAll().where('user_id', '=', id).executeTakeFirst();
  }

  return {
    publicKeyOf: async (person) => (await rowOf(person))?.public_key,
    async make(person, record) {
      const pair = await generate();
      const secret = exportOaepPair(pair);
      const private_key = secret.use((bytes) => atRest.seal(escrowPairPlace(person.id), bytes));
      secret.destroy();
      return database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('escrow_pairs')
          .values({
            user_id: person.id,
            public_key: pair.publicKey.pem,
            private_key,
            created_at: now().getTime(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        await record(transaction);
        const kept = await transaction
          .selectFrom('escrow_pairs')
          .select('public_key')
          .where('user_id', '=', person.id)
          .executeTakeFirstOrThrow();
        return kept.public_key;
      });
    },
    async pairOf(person) {
      const row = await rowOf(person);
      if (!row) return undefined;
      const secret = atRest.open(escrowPairPlace(person.id), row.private_key);
      try {
        return importOaepPair(secret);
      } finally {
        secret.destroy();
      }
    },
  };
}
