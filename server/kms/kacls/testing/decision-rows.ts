import { FORMER_URL, KMS_URL } from './start-key-service.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Calls that take an authorization token, with an authentication token beside it or without. */
export const PAIR_CALLS = ['wrap', 'unwrap', 'delegate'] as const;
export const MIGRATION_CALLS = ['digest', 'rewrap'] as const;
const CALLS = [...PAIR_CALLS, ...MIGRATION_CALLS];
export type MatrixCall = (typeof CALLS)[number];

/** A line of kacls.md §11.1 on those calls. */
export interface Row {
  readonly name: string;
  /** The calls that it concerns; `PAIR_CALLS` where it is not given. */
  readonly on?: readonly MatrixCall[];
  /** What the authentication and the authorization token say otherwise than a good pair does. */
  readonly authentication?: Claims;
  readonly authorization?: Claims;
  /** Whether a bit of the wrapped key is flipped. */
  readonly isTampered?: boolean;
  /** Absent: it is allowed. */
  readonly refusal?: readonly [status: number, code: string];
  /** Whether the tokens themselves hold, for all that they are refused. */
  readonly isTokenHeld?: boolean;
}

/** Rules that hold for every issuer. */
export const COMMON: readonly Row[] = [
  { name: 'a writer wraps', on: ['wrap'] },
  { name: 'an upgrader wraps', on: ['wrap'], authorization: { role: 'upgrader' } },
  { name: 'a reader unwraps', on: ['unwrap'], authorization: { role: 'reader' } },
  { name: 'a writer unwraps', on: ['unwrap'] },
  { name: 'email_type google', authorization: { email_type: 'google' } },
  { name: 'email_type empty', authorization: { email_type: '' } },
  { name: 'perimeter empty', on: CALLS, authorization: { perimeter_id: '' } },
  { name: 'perimeter of 128 bytes', on: CALLS, authorization: { perimeter_id: 'p'.repeat(128) } },
  {
    name: 'perimeter of 129 bytes',
    on: CALLS,
    authorization: { perimeter_id: 'p'.repeat(129) },
    refusal: [400, 'REQUEST_INVALID'],
  },
  {
    name: 'perimeter that is no text',
    on: CALLS,
    authorization: { perimeter_id: 7 },
    refusal: [400, 'REQUEST_INVALID'],
  },
  { name: 'kacls_url with a trailing slash', on: CALLS, authorization: { kacls_url: `${KMS_URL}/` } },
  {
    name: 'kacls_url with capitals in the host',
    on: CALLS,
    authorization: { kacls_url: 'https://KMS.test:443/v1' },
  },
  { name: 'kacls_url of a former name', on: CALLS, authorization: { kacls_url: FORMER_URL } },
  {
    name: 'kacls_url of another host',
    on: CALLS,
    authorization: { kacls_url: 'https://evil.test/v1' },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'kacls_url of another path',
    on: CALLS,
    authorization: { kacls_url: 'https://kms.test/v2' },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'kacls_url absent',
    on: CALLS,
    authorization: { kacls_url: undefined },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'kacls_owner_domain foreign',
    on: CALLS,
    authorization: { kacls_owner_domain: 'y.org' },
    refusal: [403, 'OWNER_DOMAIN_MISMATCH'],
  },
  {
    name: 'kacls_owner_domain no text',
    on: CALLS,
    authorization: { kacls_owner_domain: ['y.org'] },
    refusal: [403, 'OWNER_DOMAIN_MISMATCH'],
  },
  { name: 'a reader wraps', on: ['wrap'], authorization: { role: 'reader' }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role in capitals', on: CALLS, authorization: { role: 'Writer' }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role absent', on: CALLS, authorization: { role: undefined }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role as a list', on: CALLS, authorization: { role: ['writer'] }, refusal: [403, 'ROLE_REFUSED'] },
  {
    name: 'an upgrader unwraps',
    on: ['unwrap'],
    authorization: { role: 'upgrader' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  {
    name: 'a verifier unwraps',
    on: ['unwrap'],
    authorization: { role: 'verifier' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  {
    name: 'a migrator unwraps',
    on: ['unwrap'],
    authorization: { role: 'migrator' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  { name: 'a reader delegates', on: ['delegate'], authorization: { role: 'reader' } },
  { name: 'a writer delegates', on: ['delegate'] },
  {
    name: 'an upgrader delegates',
    on: ['delegate'],
    authorization: { role: 'upgrader' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  {
    name: 'to nobody',
    on: ['delegate'],
    authorization: { delegated_to: undefined },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'to no text',
    on: ['delegate'],
    authorization: { delegated_to: ['room'] },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  { name: 'tampered', on: ['unwrap'], isTampered: true, refusal: [400, 'WRAPPED_KEY_INVALID'] },
  { name: 'a visitor', authorization: { email_type: 'google-visitor' }, refusal: [403, 'GUEST_REFUSED'] },
  {
    name: 'an address of a customer',
    authorization: { email_type: 'customer-idp' },
    refusal: [403, 'GUEST_REFUSED'],
  },
  {
    name: 'a visitor by the old claim',
    authorization: { email_verification_type: 'google-visitor' },
    refusal: [403, 'GUEST_REFUSED'],
  },
  { name: 'email_type unknown', authorization: { email_type: 'friend' }, refusal: [403, 'GUEST_REFUSED'] },
  { name: 'another address', authorization: { email: 'bob@x.org' }, refusal: [403, 'EMAIL_MISMATCH'] },
  { name: 'no address authorised', authorization: { email: undefined }, refusal: [403, 'EMAIL_MISMATCH'] },
  {
    name: 'google_email wrong though email matches',
    authentication: { google_email: 'eve@x.org' },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  {
    name: 'google_email no text',
    authentication: { google_email: ['ann@x.org'] },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  { name: 'google_email empty', authentication: { google_email: '' }, refusal: [403, 'EMAIL_MISMATCH'] },
  {
    name: 'addresses empty',
    authentication: { email: '' },
    authorization: { email: '' },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  {
    name: 'email_verified false',
    authentication: { email_verified: false },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  {
    name: 'only the authorization is delegated',
    on: ['wrap', 'unwrap'],
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'only the authentication is delegated',
    authentication: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  { name: 'authentication expired', authentication: { exp: 1 }, refusal: [401, 'AUTHENTICATION_INVALID'] },
  {
    name: 'authorization expired',
    on: CALLS,
    authorization: { exp: 1 },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authentication without exp',
    authentication: { exp: undefined },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authorization without exp',
    on: CALLS,
    authorization: { exp: undefined },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authentication without iat',
    authentication: { iat: undefined },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authorization issued in the future',
    on: CALLS,
    authorization: { iat: 4e9, exp: 4e9 + 1 },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authorization not yet valid',
    on: CALLS,
    authorization: { nbf: 4e9 },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authentication for nobody',
    authentication: { aud: undefined },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authentication for another',
    authentication: { aud: 'https://cloud.test' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authorization for another',
    on: CALLS,
    authorization: { aud: 'kacls-migration' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authentication by nobody known',
    authentication: { iss: 'https://evil.test' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authorization by nobody known',
    on: CALLS,
    authorization: { iss: 'https://evil.test' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'no resource',
    on: CALLS,
    authorization: { resource_name: undefined },
    refusal: [401, 'AUTHORIZATION_INVALID'],
    isTokenHeld: true,
  },
  {
    name: 'resource_name of 129 bytes',
    on: CALLS,
    authorization: { resource_name: 'r'.repeat(129) },
    refusal: [400, 'REQUEST_INVALID'],
  },
  {
    name: 'a token for a batch',
    on: CALLS,
    authorization: { resource_names_sha256: 'x' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
    isTokenHeld: true,
  },
];

/** What only foreign issuers' tokens can say. */
export const FOREIGN: readonly Row[] = [
  { name: 'a verifier checks', on: ['digest'] },
  { name: 'a migrator migrates', on: ['rewrap'] },
  ...['migrator', 'reader', 'writer', 'upgrader', 'check'].map(
    (role): Row => ({
      name: `a ${role} checks`,
      on: ['digest'],
      authorization: { role },
      refusal: [403, 'ROLE_REFUSED'],
    }),
  ),
  ...['verifier', 'reader', 'writer', 'upgrader'].map(
    (role): Row => ({
      name: `a ${role} migrates`,
      on: ['rewrap'],
      authorization: { role },
      refusal: [403, 'ROLE_REFUSED'],
    }),
  ),
  ...['doc of nobody', 'another doc'].map(
    (resource_name): Row => ({
      name: `the wrapped key of another resource than ${resource_name}`,
      on: ['unwrap', 'digest'],
      authorization: { resource_name },
      refusal: [400, 'WRAPPED_KEY_INVALID'],
    }),
  ),
  { name: 'tampered, to check', on: ['digest'], isTampered: true, refusal: [400, 'WRAPPED_KEY_INVALID'] },
  {
    name: 'an issuer of the other kind',
    on: MIGRATION_CALLS,
    authorization: { iss: 'https://drive.example' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'a migration issuer',
    authorization: { iss: 'https://migration.example' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'a k that is the Kelvin sign',
    authentication: { email: 'mark@x.org' },
    authorization: { email: 'mar\u212a@x.org' },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  { name: 'addresses differ in capitals', authentication: { email: 'Ann@X.org' } },
  {
    name: 'google_email instead of email',
    authentication: { email: 'a.smith@partner.net', google_email: 'ANN@x.org' },
  },
  { name: 'audience in a list', authentication: { aud: ['other', 'kacls'] } },
  { name: 'second audience of the issuer', authentication: { aud: 'kacls-mobile' } },
  {
    name: 'delegation whole',
    on: ['wrap', 'unwrap'],
    authentication: { delegated_to: 'Room', resource_name: 'doc' },
    authorization: { delegated_to: 'room' },
  },
  {
    name: 'delegation to another',
    authentication: { delegated_to: 'hall', resource_name: 'doc' },
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'delegation of another resource',
    authentication: { delegated_to: 'room', resource_name: 'doc2' },
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'delegation without a resource',
    authentication: { delegated_to: 'room' },
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'delegation that is no text',
    authentication: { delegated_to: 7, resource_name: 'doc' },
    authorization: { delegated_to: 7 },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'an address outside the domains',
    authentication: { email: 'ann@y.org' },
    authorization: { email: 'ann@y.org' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'a bare domain for an address',
    authentication: { email: 'x.org' },
    authorization: { email: 'x.org' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'a subdomain',
    authentication: { email: 'ann@sub.x.org' },
    authorization: { email: 'ann@sub.x.org' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'the name of a person of ours',
    authentication: { email: 'Local@x.org' },
    authorization: { email: 'local@x.org' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  { name: 'no text for an address', authentication: { email: 7 }, refusal: [403, 'EMAIL_MISMATCH'] },
];

/** What only our own tokens can say. */
export const OWN: readonly Row[] = [
  {
    name: 'another subject under the same name',
    authorization: { sub: 'other' },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  { name: 'no subject authorised', authorization: { sub: undefined }, refusal: [403, 'EMAIL_MISMATCH'] },
  {
    name: 'delegation whole, in our name',
    authentication: { delegated_to: 'room', resource_name: 'doc' },
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'a login that is not there',
    authentication: { lid: 'none' },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  { name: 'no login', authentication: { lid: undefined }, refusal: [401, 'AUTHENTICATION_INVALID'] },
  {
    name: 'a name that is not ours',
    authorization: { resource_name: 'doc' },
    refusal: [403, 'RESOURCE_MISMATCH'],
  },
];
