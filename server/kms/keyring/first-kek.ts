import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { randomId } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import type { KmsTransaction } from '../store/schema.ts';

/** Our own realm; `KMS_ISSUERS` cannot name it. */
export const OWN_REALM = 'sealkeep';
const KEK_BYTES = 32;

export interface NewKek {
  readonly realm: string;
  /** Null for a foreign realm's. */
  readonly ownerId: string | null;
  readonly createdAt: number;
}

/** Makes the KEK that wraps where no other is named, with its version 1 active. */
export async function createFirstKek(
  transaction: KmsTransaction,
  atRest: AtRest,
  kek: NewKek,
): Promise<string> {
  const id = randomId();
  const secret = Secret.random(KEK_BYTES);
  await transaction
    .insertInto('keks')
    .values({ id, realm: kek.realm, owner_id: kek.ownerId, is_first: 1, created_at: kek.createdAt })
    .execute();
  await transaction
    .insertInto('kek_versions')
    .values({
      kek_id: id,
      version: 1,
      secret: secret.use((bytes) => atRest.seal(kekPlace(id, 1), bytes)),
      status: 'active',
      created_at: kek.createdAt,
    })
    .execute();
  secret.destroy();
  return id;
}

/** Where a KEK version rests. */
export function kekPlace(kekId: string, version: number) {
  return { table: 'kek_versions', column: 'secret', row: `${kekId}/${version}` };
}
