import { randomId } from '../../../core/crypto/random.ts';
import { signToken } from '../../../core/crypto/tokens.ts';
import type { TokenReply } from '../../../shared/api/kms/identity.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import type { KmsParts } from '../parts.ts';
import type { SigningKeys } from '../signing/signing-keys.ts';
import type { Person } from './person.ts';

/** Seconds. */
const LIFETIME = 600;

/** Makes the token fields that a login is answered with. */
export type LoginTokens = (person: Person, refreshToken: string) => Promise<TokenReply>;

/** The cloud learns who a person is and nothing more: not which login it was, nor anything the KMS would take. */
export function createLoginTokens(
  { config, now }: Pick<KmsParts, 'config' | 'now'>,
  keys: SigningKeys,
): LoginTokens {
  return async (person, refreshToken) => {
    const at = now();
    const who = { sub: person.id, email: person.name };
    const common = { issuer: config.url, lifetime: LIFETIME };
    const [accessToken, cloudToken] = await Promise.all([
      signToken(
        keys.authentication,
        {
          ...common,
          typ: TOKEN_TYP.authentication,
          audience: config.url,
          claims: { ...who, lid: person.loginId, jti: randomId() },
        },
        at,
      ),
      signToken(keys.cloud, { ...common, typ: TOKEN_TYP.cloud, audience: config.cloudUrl, claims: who }, at),
    ]);
    return {
      access_token: accessToken,
      cloud_token: cloudToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: LIFETIME,
    };
  };
}
