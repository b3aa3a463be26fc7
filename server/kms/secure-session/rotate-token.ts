import { sha256 } from '../../../core/crypto/hash.ts';
import { randomToken } from '../../../core/crypto/random.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { isTokenInUse } from './client-tokens.ts';
import type { LiveSession } from './live-sessions.ts';
import type { SecureSessionParts } from './secure-session-parts.ts';

/**
 * `POST /session/rotate-token`: another client token for the same session, proposed or of our own making. The one before
 * goes on for KMS_ROTATE_WINDOW_MS, since calls may be under way with it; KMS_ROTATE_MAX may do so at once.
 * @throws SealkeepError SESSION_ROTATED_TOO_OFTEN, SESSION_TOKEN_TAKEN
 */
export async function rotateToken(
  { config, database, now }: Pick<SecureSessionParts, 'config' | 'database' | 'now'>,
  session: LiveSession,
  proposed: string | undefined,
): Promise<{ newToken: string; expiresAt: number }> {
  const { rotateWindowMs, rotateMax, tokenPrefix } = config.session;
  const newToken = proposed ?? tokenPrefix + randomToken();
  const at = now().getTime();
  const hash = sha256(newToken);
  await database.transaction().execute(async (transaction) => {
    const former = await transaction
      .selectFrom('client_tokens')
      .select('until')
      .where('session_id', '=', session.id)
      .where('until', '>', at)
      .orderBy('until')
      .execute();
    if (former.length >= rotateMax) {
      const retry_after = Math.ceil(((former[0]?.until ?? at) - at) / 1000);
      throw new SealkeepError('SESSION_ROTATED_TOO_OFTEN', { retry_after });
    }
    if (await isTokenInUse(transaction, hash, at)) throw new SealkeepError('SESSION_TOKEN_TAKEN');
    await transaction
      .updateTable('client_tokens')
      .set({ until: at + rotateWindowMs })
      .where('session_id', '=', session.id)
      .where('until', 'is', null)
      .execute();
    await transaction
      .insertInto('client_tokens')
      .values({ hash, session_id: session.id, until: null })
      .execute();
  });
  return { newToken, expiresAt: session.expiresAt };
}
