import { FORMER_URL } from './start-key-service.ts';

type Claims = Readonly<Record<string, unknown>>;
type PrivilegedCall = 'privilegedwrap' | 'privilegedunwrap';
const BOTH: readonly PrivilegedCall[] = ['privilegedwrap', 'privilegedunwrap'];

/** A line of kacls.md §11.1 on the calls without an authorization token. */
export interface PrivilegedRow {
  readonly name: string;
  readonly on: readonly PrivilegedCall[];
  /** Who speaks: a listed person, or a listed key service. */
  readonly by: 'person' | 'peer';
  /** What the token says otherwise than a good one does. */
  readonly claims?: Claims;
  readonly body?: Claims;
  readonly isTampered?: boolean;
  /** Absent: it is allowed. */
  readonly refusal?: readonly [status: number, code: string];
}

const UNKNOWN = [401, 'AUTHENTICATION_INVALID'] as const;

const TOKEN_ROWS = (['person', 'peer'] as const).flatMap((by): PrivilegedRow[] => {
  const on: readonly PrivilegedCall[] = by === 'peer' ? ['privilegedunwrap'] : BOTH;
  return [
    { name: 'expired', on, by, claims: { exp: 1 }, refusal: UNKNOWN },
    { name: 'without exp', on, by, claims: { exp: undefined }, refusal: UNKNOWN },
    { name: 'without iat', on, by, claims: { iat: undefined }, refusal: UNKNOWN },
    { name: 'issued in the future', on, by, claims: { iat: 4e9, exp: 4e9 + 1 }, refusal: UNKNOWN },
    { name: 'not yet valid', on, by, claims: { nbf: 4e9 }, refusal: UNKNOWN },
    { name: 'without an audience', on, by, claims: { aud: undefined }, refusal: UNKNOWN },
    { name: 'for another', on, by, claims: { aud: 'https://cloud.test' }, refusal: UNKNOWN },
    { name: 'by nobody known', on, by, claims: { iss: 'https://evil.test' }, refusal: UNKNOWN },
  ];
});

const FILE_ROWS = (['person', 'peer'] as const).flatMap((by): PrivilegedRow[] => [
  {
    name: 'a tampered wrapped key',
    on: ['privilegedunwrap'],
    by,
    isTampered: true,
    refusal: [400, 'WRAPPED_KEY_INVALID'],
  },
  {
    name: 'the wrapped key of another resource',
    on: ['privilegedunwrap'],
    by,
    claims: by === 'peer' ? { resource_name: 'another doc' } : {},
    body: { resource_name: 'another doc' },
    refusal: [400, 'WRAPPED_KEY_INVALID'],
  },
]);

export const PRIVILEGED: readonly PrivilegedRow[] = [
  { name: 'somebody listed', on: BOTH, by: 'person' },
  { name: 'somebody listed, in capitals', on: BOTH, by: 'person', claims: { email: 'Takeout@X.org' } },
  {
    name: 'somebody listed by google_email',
    on: BOTH,
    by: 'person',
    claims: { email: 'a@partner.net', google_email: 'takeout@x.org' },
  },
  {
    name: 'an ordinary person',
    on: BOTH,
    by: 'person',
    claims: { email: 'ann@x.org' },
    refusal: [403, 'PRIVILEGE_MISSING'],
  },
  {
    name: 'somebody listed, but google_email is another',
    on: BOTH,
    by: 'person',
    claims: { google_email: 'ann@x.org' },
    refusal: [403, 'PRIVILEGE_MISSING'],
  },
  {
    name: 'no address',
    on: BOTH,
    by: 'person',
    claims: { email: undefined },
    refusal: [403, 'PRIVILEGE_MISSING'],
  },
  {
    name: 'an address outside the domains',
    on: BOTH,
    by: 'person',
    claims: { email: 'takeout@y.org' },
    refusal: UNKNOWN,
  },
  {
    name: 'an address that was never checked',
    on: BOTH,
    by: 'person',
    claims: { email_verified: false },
    refusal: [403, 'EMAIL_MISMATCH'],
  },
  {
    name: 'by delegation',
    on: BOTH,
    by: 'person',
    claims: { delegated_to: 'room', resource_name: 'doc' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'a person with the audience of key services',
    on: BOTH,
    by: 'person',
    claims: { aud: 'kacls-migration' },
    refusal: UNKNOWN,
  },
  {
    name: 'a person with both audiences',
    on: BOTH,
    by: 'person',
    claims: { aud: ['kacls', 'kacls-migration'] },
    refusal: UNKNOWN,
  },
  { name: 'a peer', on: ['privilegedunwrap'], by: 'peer' },
  {
    name: 'a peer, by a former name of ours',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { kacls_url: FORMER_URL },
  },
  { name: 'a peer wraps', on: ['privilegedwrap'], by: 'peer', refusal: UNKNOWN },
  {
    name: 'a peer with the audience of people',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { aud: 'kacls' },
    refusal: UNKNOWN,
  },
  {
    name: 'a token for another key service',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { kacls_url: 'https://other.test' },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'a token for no key service',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { kacls_url: undefined },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'a captured token, for another resource',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { resource_name: 'another doc' },
    refusal: [403, 'RESOURCE_MISMATCH'],
  },
  {
    name: 'a token for no resource',
    on: ['privilegedunwrap'],
    by: 'peer',
    claims: { resource_name: undefined },
    refusal: [403, 'RESOURCE_MISMATCH'],
  },
  ...TOKEN_ROWS,
  ...FILE_ROWS,
];
