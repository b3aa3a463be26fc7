import type { Request } from 'express';
import { CLIENT_TOKEN_HEADER, clientToken } from '../../../shared/api/kms/session.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsTransaction } from '../store/schema.ts';

/**
 * The client token that a request shows.
 * @throws SealkeepError REQUEST_INVALID where it shows none that has the form of one.
 */
export function clientTokenOf(request: Request): string {
  const shown = clientToken.safeParse(request.get(CLIENT_TOKEN_HEADER));
  if (!shown.success) throw new SealkeepError('REQUEST_INVALID', { reason: 'X-Client-Token' });
  return shown.data;
}

/** Whether a live session goes by that token; one that only waits to be removed gives it free. */
export async function isTokenInUse(transaction: KmsTransaction, hash: Buffer, at: number): Promise<boolean> {
  const row = await transaction
    .selectFrom('client_tokens')
    .innerJoin('secure_sessions', 'secure_sessions.id', 'client_tokens.session_id')
    .select(['expires_at', 'until'])
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (!row) return false;
  if (row.expires_at > at && (row.until === null || row.until > at)) return true;
  await transaction.deleteFrom('client_tokens').where('hash', '=', hash).execute();
  return false;
}
