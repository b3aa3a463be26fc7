import type { PasswordHasher } from '../../../core/crypto/password-hash.ts';
import type { KmsParts } from '../parts.ts';
import type { Account } from './accounts.ts';
import type { LoginTokens } from './login-tokens.ts';

/** What the operations on identities stand on. */
export interface IdentityParts extends KmsParts {
  readonly hasher: PasswordHasher;
  readonly tokens: LoginTokens;
  /** Stands in for an account that is not there, so that looking at it takes the same work. */
  readonly nobody: Account;
}
