import { sha256 } from '../../../core/crypto/hash.ts';
import type { Call } from '../../platform/http/call.ts';
import type { IdentityParts } from './identity-parts.ts';
import { endOneLogin, findFamily } from './login-families.ts';
import { forgetShownNotices } from './notices.ts';

/** Ends the login that a refresh token belongs to. One that belongs to none (any more) leaves nothing to do. */
export async function logout(
  { audit, database, now }: IdentityParts,
  { refresh_token }: { readonly refresh_token: string },
  call: Call,
): Promise<void> {
  const hash = sha256(refresh_token);
  await database.transaction().execute(async (transaction) => {
    const family = await findFamily(transaction, hash);
    if (!family) return;
    await forgetShownNotices(transaction, family.loginId);
    const login = { id: family.loginId, userId: family.id };
    if (await endOneLogin(transaction, login, now().getTime())) {
      await audit.append(call, [{ actor: family.name, operation: 'logout' }], transaction);
    }
  });
}
