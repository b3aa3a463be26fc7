import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { randomId } from '../../../core/crypto/random.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { addVersion } from './kek-versions.ts';

export interface NewKek {
  readonly realm: string;
  /** Null for a foreign realm's. */
  readonly ownerId: string | null;
  /** Whether it wraps where no other is named. */
  readonly isFirst: boolean;
  readonly createdAt: number;
}

/**
 * Makes a KEK, with its version 1 active.
 * @returns its id.
 */
export async function createKek(transaction: KmsTransaction, atRest: AtRest, kek: NewKek): Promise<string> {
  const id = randomId();
  await transaction
    .insertInto('keks')
    .values({
      id,
      realm: kek.realm,
      owner_id: kek.ownerId,
      is_first: kek.isFirst ? 1 : 0,
      active_version: 1,
      created_at: kek.createdAt,
    })
    .execute();
  await addVersion(transaction, atRest, { kekId: id, version: 1 }, kek.createdAt);
  return id;
}
