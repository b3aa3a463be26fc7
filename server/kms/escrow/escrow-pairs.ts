import { sealForKeeping } from '../../../core/crypto/at-rest.ts';
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

interface MadePair {
  /** PEM */
  readonly publicKey: string;
  /** Whether this very call made it. */
  readonly isMade: boolean;
}

/** The pairs of those who use the escrow. */
export interface EscrowPairs {
  /** PEM; undefined where there is none yet. */
  publicKeyOf(person: Person): Promise<string | undefined>;
  /**
   * Makes one where there is none yet. Of many calls at once only one makes it, and all get the same.
   * @param record what else belongs into the transaction that keeps it; not called where nothing was made.
   */
  make(person: Person, record: (transaction: KmsTransaction) => Promise<void>): Promise<MadePair>;
  pairOf(person: Person): Promise<OaepKeyPair | undefined>;
}

export function createEscrowPairs(
  { database, atRest, now }: Parts,
  makePair: () => Promise<OaepKeyPair> = generateRsaOaepPair,
): EscrowPairs {
  let turns: Promise<unknown> = Promise.resolve();
  /** By person. */
  const making = new Map<string, Promise<MadePair>>();

  /** One at a time: each takes a core for a second or more, and a crowd must not take all of them. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turns.then(work);
    turns = next.catch(() => undefined);
    return next;
  }

  function rowOf({ id }: Person) {
    return database.selectFrom('escrow_pairs').selectAll().where('user_id', '=', id).executeTakeFirst();
  }

  async function makeAndKeep(
    person: Person,
    record: (transaction: KmsTransaction) => Promise<void>,
  ): Promise<MadePair> {
    // The call that was there before may have ended between this one's look and its turn.
    const there = await rowOf(person);
    if (there) return { publicKey: there.public_key, isMade: false };
    const pair = await makePair();
    const private_key = sealForKeeping(atRest, escrowPairPlace(person.id), exportOaepPair(pair));
    return database.transaction().execute(async (transaction) => {
      const kept = await transaction
        .insertInto('escrow_pairs')
        .values({
          user_id: person.id,
          public_key: pair.publicKey.pem,
          private_key,
          created_at: now().getTime(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('public_key')
        .executeTakeFirst();
      if (kept) {
        await record(transaction);
        return { publicKey: kept.public_key, isMade: true };
      }
      const { public_key } = await transaction
        .selectFrom('escrow_pairs')
        .select('public_key')
        .where('user_id', '=', person.id)
        .executeTakeFirstOrThrow();
      return { publicKey: public_key, isMade: false };
    });
  }

  return {
    publicKeyOf: async (person) => (await rowOf(person))?.public_key,
    async make(person, record) {
      const underWay = making.get(person.id);
      if (underWay) return { ...(await underWay), isMade: false };
      const made = inTurn(() => makeAndKeep(person, record));
      making.set(person.id, made);
      try {
        return await made;
      } finally {
        making.delete(person.id);
      }
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
