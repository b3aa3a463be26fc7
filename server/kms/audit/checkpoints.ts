import type { ChainHead } from '../../../core/audit/chain.ts';
import { signCheckpoint } from '../../../core/audit/checkpoint.ts';
import type { SigningKey } from '../../../core/crypto/key-pairs.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { type CheckpointSigner, headOf } from './audit-log.ts';

/** Signs with the pair that signs nothing else. @param iss what the KMS is called. */
export function createCheckpointSigner(key: SigningKey, iss: string, now: () => Date): CheckpointSigner {
  return {
    sign({ seq, link }: ChainHead) {
      const at = now();
      const claims = { iss, seq, link: Buffer.from(link).toString('base64'), at: at.toISOString() };
      return { seq, at: at.getTime(), jws: signCheckpoint(key, claims) };
    },
  };
}

/** Keeps a checkpoint over what was added since the last one; durable once it resolves. */
export async function keepCheckpoint(database: KmsDatabase, signer: CheckpointSigner): Promise<void> {
  const head = await headOf(database);
  const { newest } = await database
    .selectFrom('audit_checkpoints')
    .select((row) => row.fn.max('seq').as('newest'))
    .executeTakeFirstOrThrow();
  if (head.seq <= (newest ?? 0)) return;
  await database
    .insertInto('audit_checkpoints')
    .values(signer.sign(head))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
