import type { TokenClaims } from '../../../core/crypto/tokens.ts';
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

/** What is looked at where only an authorization token is asked for. */
interface AuthorizationRuleInput {
  readonly authorization: PresentedTokens['authorization'];
  readonly operation: KaclsOperation;
  /** What this KMS is called, and was. */
  readonly urls: readonly string[];
}

interface RuleInput extends AuthorizationRuleInput, PresentedTokens {
  /** Whether the authentication token is a delegated one that we signed. */
  readonly isDelegatedByUs: boolean;
}

interface Rule<Input> {
  readonly refusal: ErrorCode;
  readonly holds: (input: Input) => boolean;
}

/**
 * Roles of the authorization token (kacls.md §2): `upgrader` encrypts what was clear and never reads. Whoever may do
 * something may delegate it; the token of the later call says what (§6.13).
 */
const ROLES: Readonly<Record<KaclsOperation, readonly string[]>> = {
  wrap: ['writer', 'upgrader'],
  unwrap: ['reader', 'writer'],
  delegate: ['reader', 'writer'],
  digest: ['verifier'],
  rewrap: ['migrator'],
};

/** The rules of kacls.md §3.4 on an authorization token alone. */
const AUTHORIZATION_RULES: readonly Rule<AuthorizationRuleInput>[] = [
  // R-ROLE: exact, case-sensitive.
  {
    refusal: 'ROLE_REFUSED',
    holds: ({ operation, authorization }) => hasRole(operation, authorization.claims['role']),
  },
  // R-URL: a token for another KMS, played back here by whoever it was sent to, is refused.
  {
    refusal: 'KACLS_URL_MISMATCH',
    holds: ({ authorization, urls }) => isForOneOf(urls, authorization.claims),
  },
  // R-OWNER: no domain owns this KMS, so a token that names one is meant for another.
  {
    refusal: 'OWNER_DOMAIN_MISMATCH',
    holds: ({ authorization }) => textClaim(authorization.claims, 'kacls_owner_domain') === undefined,
  },
];

/** All of them, in the order of §6.2 and §6.3; the first that does not hold answers. */
const RULES: readonly Rule<RuleInput>[] = [
  // R-EMAIL: both tokens speak of one person.
  { refusal: 'EMAIL_MISMATCH', holds: isOneAddress },
  // An address that its own provider has not checked is nobody's (§3.3.1).
  {
    refusal: 'EMAIL_MISMATCH',
    holds: ({ authentication }) => !isUnverified(authentication.claims),
  },
  // R-GUEST: no guests are configured, so whoever is not an account of the domain, or of an unknown kind, is none.
  { refusal: 'GUEST_REFUSED', holds: ({ authorization }) => !isGuest(authorization) },
  // R-DELEG: a delegation covers exactly what both tokens say it does.
  { refusal: 'DELEGATION_REFUSED', holds: isDelegationWhole },
  ...AUTHORIZATION_RULES,
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
  assertAll(RULES, input);
}

/** The same for calls without an authentication token. */
export function assertAuthorizationRules(input: AuthorizationRuleInput): void {
  assertAll(AUTHORIZATION_RULES, input);
}

function assertAll<Input>(rules: readonly Rule<Input>[], input: Input): void {
  const broken = rules.find((rule) => !rule.holds(input));
  if (broken) throw new SealkeepError(broken.refusal);
}

function isOneAddress({ authentication, authorization }: RuleInput): boolean {
  return isSameName(addressOf(authentication.claims), textClaim(authorization.claims, 'email'));
}

/** Some providers write the boolean as text. */
export function isUnverified({ email_verified: claim }: TokenClaims): boolean {
  return claim === false || claim === 'false';
}

/** The claim has had two names (kacls.md §3.2.1). */
function isGuest({ claims }: PresentedTokens['authorization']): boolean {
  const kinds = ['email_type', 'email_verification_type'].map((name) => textClaim(claims, name));
  return kinds.some((kind) => kind !== undefined && kind !== 'google');
}

function isDelegationWhole({
  operation,
  authentication,
  authorization,
  isDelegatedByUs,
}: RuleInput): boolean {
  const [from, to] = [authentication.claims, authorization.claims];
  const [left, right] = [textClaim(from, 'delegated_to'), textClaim(to, 'delegated_to')];
  // Only who was not delegated to delegates.
  if (operation === 'delegate') return left === undefined && typeof right === 'string';
  if (left === undefined && right === undefined) return !isDelegatedByUs;
  // Our people's own tokens never say that they are somebody else's.
  if (authentication.issuer.realm === OWN_REALM && !isDelegatedByUs) return false;
  const resource = textClaim(from, 'resource_name');
  return isSameName(left, right) && typeof resource === 'string' && resource === to['resource_name'];
}

function hasRole(operation: KaclsOperation, role: unknown): boolean {
  return typeof role === 'string' && ROLES[operation].includes(role);
}

/** R-URL; a token that names no key service is for none. */
export function isForOneOf(urls: readonly string[], claims: TokenClaims): boolean {
  const claimed = textClaim(claims, 'kacls_url');
  return typeof claimed === 'string' && urls.some((url) => isSameServiceUrl(url, claimed));
}

function isOneSubject({ authentication, authorization }: RuleInput): boolean {
  if (authorization.issuer.realm !== OWN_REALM) return true;
  const subject = textClaim(authentication.claims, 'sub');
  return typeof subject === 'string' && subject === authorization.claims['sub'];
}
