import type { SecureSessionParts } from './secure-session-parts.ts';

/** Removes sessions that have ended, with their tokens, and tokens whose window is over. */
export async function removeEnded({
  database,
  now,
  sessions,
}: Pick<SecureSessionParts, 'database' | 'now' | 'sessions'>): Promise<void> {
  const at = now().getTime();
  const ended = await database
    .deleteFrom('secure_sessions')
    .where('expires_at', '<=', at)
    .returning('id')
    .execute();
  sessions.forget(ended.map(({ id }) => id));
  await database.deleteFrom('client_tokens').where('until', '<=', at).execute();
}
