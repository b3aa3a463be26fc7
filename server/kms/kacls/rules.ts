import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { isSameServiceUrl } from '../../../shared/names/service-url.ts';
import type { VerifiedToken } from '../../platform/issuers/token-door.ts';
import type { KaclsOperation } from '../issuers/issuers-file.ts';
import type { AuthenticationIssuer, AuthorizationIssuer } from '../issuers/trusted-issuers.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { addressOf, isSameName, textClaim } from './claims.ts';

/** Two tokens that are genuine, each by itself; whether they belong together and suffice is what the rules say. */
export interface PresentedTokens {
  readonly authentication: VerifiedToken<AuthenticationIssuer>;
  readonly authorization: VerifiedToken<AuthorizationIssuer>;
}

export interface RuleInput extends PresentedTokens {
  readonly operation: KaclsOperation;
  /** What this KMS is called, and was. */
  readonly urls: readonly string[];
}

interface Rule {
  readonly refusal: ErrorCode;
  readonly holds: (input: RuleInput) => boolean;
}

/** Roles of the authorization token (kacls.md §2): `upgrader` encrypts what was clear and never reads. */
const ROLES: Readonly<Record<KaclsOperation, readonly string[]>> = {
  wrap: ['writer', 'upgrader'],
  unwrap: ['reader', 'writer'],
};

/** kacls.md §3.4, in the order of §6.2 and §6.3; the first that does not hold answers. */
const RULES: readonly Rule[] = [
  // R-EMAIL: both tokens speak of one person.
  { refusal: 'EMAIL_MISMATCH', holds: isOneAddress },
  // An address that its own provider has not checked is nobody's (§3.3.1).
  {
    refusal: 'EMAIL_MISMATCH',
    holds: ({ authentication }) => !isUnverified(authentication.claims['email_verified']),
  },
  // R-GUEST: no guests are configured, so whoever is not an account of the domain, or of an unknown kind, is none.
  { refusal: 'GUEST_REFUSED', holds: ({ authorization }) => !isGuest(authorization) },
  // R-DELEG: a delegation covers exactly what both tokens say it does.
  { refusal: 'DELEGATION_REFUSED', holds: isDelegationWhole },
  // R-ROLE: exact, case-sensitive.
  {
    refusal: 'ROLE_REFUSED',
    holds: ({ operation, authorization }) => hasRole(operation, authorization.claims['role']),
  },
  // R-URL: a token for another KMS, played back here by whoever it was sent to, is refused.
  { refusal: 'KACLS_URL_MISMATCH', holds: isForThisKms },
  // R-OWNER: no domain owns this KMS, so a token that names one is meant for another.
  {
    refusal: 'OWNER_DOMAIN_MISMATCH',
    holds: ({ authorization }) => textClaim(authorization.claims, 'kacls_owner_domain') === undefined,
  },
  // Issuers of one realm have no say in another's files.
  {
    refusal: 'REALM_MISMATCH',
    holds: ({ authentication, authorization }) => authentication.issuer.realm === authorization.issuer.realm,
  },
  // Names could be told apart badly somewhere; ids cannot. Only our own issuers know ours.
  { refusal: 'EMAIL_MISMATCH', holds: isOneSubject },
];

/** @throws SealkeepError by the first rule that does not hold. */
export function assertRules(input: RuleInput): void {
  const broken = RULES.find((rule) => !rule.holds(input));
  if (broken) throw new SealkeepError(broken.refusal);
}

function isOneAddress({ authentication, authorization }: RuleInput): boolean {
  return isSameName(addressOf(authentication.claims), textClaim(authorization.claims, 'email'));
}

/** Some providers write the boolean as text. */
function isUnverified(claim: unknown): boolean {
  return claim === false || claim === 'false';
}

/** The claim has had two names (kacls.md §3.2.1). */
function isGuest({ claims }: PresentedTokens['authorization']): boolean {
  const kinds = ['email_type', 'email_verification_type'].map((name) => textClaim(claims, name));
  return kinds.some((kind) => kind !== undefined && kind !== 'google');
}

function isDelegationWhole({ authentication, authorization }: RuleInput): boolean {
  const [from, to] = [authentication.claims, authorization.claims];
  const [left, right] = [textClaim(from, 'delegated_to'), textClaim(to, 'delegated_to')];
  if (left === undefined && right === undefined) return true;
  // We sign no delegated tokens, so one in our name is none of ours.
  if (authentication.issuer.realm === OWN_REALM) return false;
  const resource = textClaim(from, 'resource_name');
  return isSameName(left, right) && typeof resource === 'string' && resource === to['resource_name'];
}

function hasRole(operation: KaclsOperation, role: unknown): boolean {
  return typeof role === 'string' && ROLES[operation].includes(role);
}

function isForThisKms({ authorization, urls }: RuleInput): boolean {
  const claimed = textClaim(authorization.claims, 'kacls_url');
  return typeof claimed === 'string' && urls.some((url) => isSameServiceUrl(url, claimed));
}

function isOneSubject({ authentication, authorization }: RuleInput): boolean {
  if (authorization.issuer.realm !== OWN_REALM) return true;
  const subject = textClaim(authentication.claims, 'sub');
  return typeof subject === 'string' && subject === authorization.claims['sub'];
}
