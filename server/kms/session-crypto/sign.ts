import type { z } from 'zod';
import { sealForKeeping } from '../../../core/crypto/at-rest.ts';
import {
  exportSigningKey,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
} from '../../../core/crypto/key-pairs.ts';
import { ed25519PublicKey, signEd25519 } from '../../../core/crypto/signatures.ts';
import type { signReply, signRequest } from '../../../shared/api/kms/crypto.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { LiveSession } from '../secure-session/live-sessions.ts';
import type { SecureSessionParts } from '../secure-session/secure-session-parts.ts';

type Parts = Pick<SecureSessionParts, 'database' | 'atRest'>;

/** `POST /crypto/sign`: Ed25519 by the session's own pair, made at the first call and gone with the session. */
export async function sign(
  parts: Parts,
  session: LiveSession,
  { data }: z.output<typeof signRequest>,
): Promise<z.input<typeof signReply>> {
  const key = (await find(parts, session)) ?? (await make(parts, session));
  return {
    signature: signEd25519(key, Buffer.from(data, 'base64')).toString('base64'),
    publicKey: ed25519PublicKey(key).toString('base64'),
  };
}

async function find({ database, atRest }: Parts, { id }: LiveSession): Promise<SigningKey | undefined> {
  const row = await database
    .selectFrom('secure_sessions')
    .select('signing_key')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new SealkeepError('SESSION_ENDED');
  if (!row.signing_key) return undefined;
  const secret = atRest.open(sessionSigningKeyPlace(id), row.signing_key);
  try {
    return importSigningKey('EdDSA', secret);
  } finally {
    secret.destroy();
  }
}

/** Of two calls that come first at once, both use the pair that was kept first. */
async function make(parts: Parts, session: LiveSession): Promise<SigningKey> {
  const fresh = await generateSigningKey('EdDSA');
  await parts.database
    .updateTable('secure_sessions')
    .set({
      signing_key: sealForKeeping(parts.atRest, sessionSigningKeyPlace(session.id), exportSigningKey(fresh)),
    })
    .where('id', '=', session.id)
    .where('signing_key', 'is', null)
    .execute();
  const kept = await find(parts, session);
  if (!kept) throw new SealkeepError('SESSION_ENDED');
  return kept;
}

/** Where the private half of a session's own pair rests. */
export function sessionSigningKeyPlace(id: string) {
  return { table: 'secure_sessions', column: 'signing_key', row: id };
}
