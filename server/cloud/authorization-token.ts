import { resourceNamesSha256 } from '../../core/crypto/hash.ts';
import type { SigningKey } from '../../core/crypto/key-pairs.ts';
import { signToken } from '../../core/crypto/tokens.ts';
import type { Role } from '../../shared/api/common.ts';
import { TOKEN_TYP } from '../../shared/api/token-typ.ts';
import type { Caller } from './caller.ts';
import type { CloudConfig } from './config.ts';

const AUDIENCE = 'cse-authorization';
const LIFETIME_SECONDS = 300;

/** One resource, or a batch whose names in their order the token is bound to. */
type AuthorizedResources =
  | { readonly resource_name: string }
  | { readonly resource_names: readonly string[] };

export interface AuthorizationSigner {
  /** The cloud's word for the KMS; whether it is due is the caller's to know. */
  sign(who: Caller, role: Role, resources: AuthorizedResources): Promise<string>;
}

interface SignerParts {
  readonly key: SigningKey;
  readonly config: CloudConfig;
  readonly now: () => Date;
}

export function createAuthorizationSigner({ key, config, now }: SignerParts): AuthorizationSigner {
  return {
    sign(who, role, resources) {
      const bound =
        'resource_name' in resources
          ? { resource_name: resources.resource_name }
          : { resource_names_sha256: resourceNamesSha256(resources.resource_names) };
      const claims = { sub: who.id, email: who.name, role, kacls_url: config.kmsUrl, ...bound };
      return signToken(
        key,
        {
          typ: TOKEN_TYP.authorization,
          issuer: config.url,
          audience: AUDIENCE,
          claims,
          lifetime: LIFETIME_SECONDS,
        },
        now(),
      );
    },
  };
}
