import type { AtRest } from '../../../core/crypto/at-rest.ts';
import {
  exportSigningKey,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
} from '../../../core/crypto/key-pairs.ts';
import type { CloudDatabase } from './schema.ts';

const ALGORITHM = 'EdDSA';
const KIND = 'authorization';

/**
 * The key pair that signs authorization tokens, made at the first start. Its row is committed before anything is
 * signed, so no token is ever out whose key a crash could take.
 * @throws SealkeepError STORE_UNAVAILABLE where the row was sealed under another root key.
 */
export async function loadAuthorizationKey(database: CloudDatabase, atRest: AtRest): Promise<SigningKey> {
  const row = await database
    .selectFrom('signing_keys')
    .select('sealed')
    .where('kind', '=', KIND)
    .executeTakeFirst();
  if (row) {
    const opened = atRest.open(signingKeyPlace(KIND), row.sealed);
    try {
      return importSigningKey(ALGORITHM, opened);
    } finally {
      opened.destroy();
    }
  }
  const key = await generateSigningKey(ALGORITHM);
  const exported = exportSigningKey(key);
  try {
    const sealed = exported.use((bytes) => atRest.seal(signingKeyPlace(KIND), bytes));
    await database.insertInto('signing_keys').values({ kind: KIND, sealed }).execute();
  } finally {
    exported.destroy();
  }
  return key;
}

/** Where the private half of the pair for that kind of token rests. */
export function signingKeyPlace(kind: string) {
  return { table: 'signing_keys', column: 'sealed', row: kind };
}
