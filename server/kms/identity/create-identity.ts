import { publishKeySet } from '../../../core/crypto/key-set.ts';
import type { PasswordHasher } from '../../../core/crypto/password-hash.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import type { Endpoint, Guard } from '../../platform/http/endpoint.ts';
import { fixedKeySource } from '../../platform/issuers/key-source.ts';
import type { KmsParts } from '../parts.ts';
import type { SigningKeys } from '../signing/signing-keys.ts';
import { createNobody } from './accounts.ts';
import { createBearerGuard, type OwnAuthentication } from './bearer.ts';
import { createFindPerson } from './find-person.ts';
import { identityEndpoints } from './identity-endpoints.ts';
import { createLoginTokens } from './login-tokens.ts';
import type { Person } from './person.ts';

export interface Identity {
  readonly endpoints: readonly Endpoint[];
  /** For the KACLS calls, whose bodies carry our authentication tokens. */
  readonly authentication: OwnAuthentication;
  /** For endpoints that take the authentication token as bearer. */
  readonly bearer: Guard<Person>;
}

/** The identity half of the KMS: who people are, how they prove it, and the tokens that say so. */
export function createIdentity(parts: KmsParts, keys: SigningKeys, hasher: PasswordHasher): Identity {
  const { atRest, config, now } = parts;
  const ownKeys = publishKeySet([{ typ: TOKEN_TYP.authentication, key: keys.authentication }]);
  const authentication: OwnAuthentication = {
    issuer: {
      issuer: config.url,
      audience: config.url,
      typ: TOKEN_TYP.authentication,
      keys: fixedKeySource(ownKeys),
    },
    findPerson: createFindPerson(parts),
  };
  const identityParts = {
    ...parts,
    hasher,
    tokens: createLoginTokens(parts, keys),
    nobody: createNobody(atRest),
  };
  const bearer = createBearerGuard(authentication, parts.audit, now);
  return { authentication, bearer, endpoints: identityEndpoints(identityParts, bearer) };
}
