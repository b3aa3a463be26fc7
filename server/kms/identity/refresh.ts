import { sha256 } from '../../../core/crypto/hash.ts';
import type { TokenReply } from '../../../shared/api/kms/identity.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { IdentityParts } from './identity-parts.ts';
import { addRefreshToken, endOneLogin, findFamily } from './login-families.ts';
import { forgetShownNotices } from './notices.ts';

/** For so long after its first use a token may come again, because the answer to that was lost. */
const LOST_ANSWER_MS = 30_000;

/**
 * Trades a refresh token for its successor. One that comes again is a lost answer or a stolen token: while its
 * successor was never used, and for 30 s, the former is believed and that successor dies; else the family ends.
 * That is an entry of its own in the audit log; a token of a login that has ended is counted, since it can come without end.
 * @throws SealkeepError REFRESH_REFUSED
 */
export async function refresh(
  parts: IdentityParts,
  { refresh_token }: { readonly refresh_token: string },
  call: Call,
): Promise<TokenReply> {
  const { audit, database, now, tokens } = parts;
  const hash = sha256(refresh_token);
  const at = now().getTime();
  const { family, successor } = await database.transaction().execute(async (transaction) => {
    const family = await findFamily(transaction, hash);
    if (family?.state !== 'active' || family.endedAt !== null) {
      audit.countRefused(call, family?.name);
      throw new SealkeepError('REFRESH_REFUSED');
    }
    if (!(await useUpToken(transaction, hash, at))) {
      await endOneLogin(transaction, { id: family.loginId, userId: family.id }, at);
      return { family };
    }
    await forgetShownNotices(transaction, family.loginId);
    const successor = await addRefreshToken(transaction, family.loginId);
    await transaction
      .updateTable('refresh_tokens')
      .set({ successor_hash: sha256(successor) })
      .where('hash', '=', hash)
      .execute();
    await transaction
      .updateTable('logins')
      .set({ last_used_at: at })
      .where('id', '=', family.loginId)
      .execute();
    await audit.append(call, [{ actor: family.name, operation: 'refresh' }], transaction);
    return { family, successor };
  });
  if (successor === undefined) {
    return refuse(parts, { actor: family.name, operation: 'refresh', call }, 'REFRESH_REFUSED');
  }
  return tokens(family, successor);
}

/** True for the first use, and for a further one that a lost answer explains. */
async function useUpToken(transaction: KmsTransaction, hash: Uint8Array, at: number): Promise<boolean> {
  const firstUse = await transaction
    .updateTable('refresh_tokens')
    .set({ used_at: at })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('hash')
    .executeTakeFirst();
  if (firstUse) return true;
  // The successor is used up without one of its own: whoever offers it after all ends the family.
  const replaced = await transaction
    .updateTable('refresh_tokens')
    .set({ used_at: at })
    .where('used_at', 'is', null)
    .where('hash', 'in', (tokens) =>
      tokens
        .selectFrom('refresh_tokens')
        .select('successor_hash')
        .where('hash', '=', hash)
        .where('used_at', '>=', at - LOST_ANSWER_MS),
    )
    .returning('hash')
    .executeTakeFirst();
  return replaced !== undefined;
}
