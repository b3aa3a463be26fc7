import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishKeySet } from '../../../core/crypto/key-set.ts';
import type { Person } from '../identity/person.ts';
import { createSigner, mint, type Signer } from './testing/mint.ts';
import { FORMER_URL, KMS_URL, startKeyService, type TestKeyService } from './testing/start-key-service.ts';

/** kacls.md §11.1, the rows on wrap and unwrap, over real HTTP: by foreign issuers, and by our own. */
type Claims = Readonly<Record<string, unknown>>;
interface Row {
  readonly name: string;
  readonly operation?: 'wrap' | 'unwrap';
  /** What the authentication and the authorization token say otherwise than a good pair does. */
  readonly authentication?: Claims;
  readonly authorization?: Claims;
  /** Absent: it is allowed. */
  readonly refusal?: readonly [status: number, code: string];
}

const IDP = 'https://idp.example';
const DRIVE = 'https://drive.example';
const DEK = Buffer.alloc(32, 7).toString('base64');

/** Rules that hold for every issuer. */
const COMMON: readonly Row[] = [
  { name: 'a writer wraps' },
  { name: 'an upgrader wraps', authorization: { role: 'upgrader' } },
  { name: 'a reader unwraps', operation: 'unwrap', authorization: { role: 'reader' } },
  { name: 'a writer unwraps', operation: 'unwrap' },
  { name: 'email_type google', authorization: { email_type: 'google' } },
  { name: 'email_type empty', authorization: { email_type: '' } },
  { name: 'perimeter empty', authorization: { perimeter_id: '' } },
  { name: 'perimeter of 128 bytes', authorization: { perimeter_id: 'p'.repeat(128) } },
  {
    name: 'perimeter of 129 bytes',
    authorization: { perimeter_id: 'p'.repeat(129) },
    refusal: [400, 'REQUEST_INVALID'],
  },
  {
    name: 'perimeter that is no text',
    authorization: { perimeter_id: 7 },
    refusal: [400, 'REQUEST_INVALID'],
  },
  { name: 'kacls_url with a trailing slash', authorization: { kacls_url: `${KMS_URL}/` } },
  { name: 'kacls_url with capitals in the host', authorization: { kacls_url: 'https://KMS.test:443/v1' } },
  { name: 'kacls_url of a former name', authorization: { kacls_url: FORMER_URL } },
  {
    name: 'kacls_url of another host',
    authorization: { kacls_url: 'https://evil.test/v1' },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  {
    name: 'kacls_url of another path',
    authorization: { kacls_url: 'https://kms.test/v2' },
    refusal: [403, 'KACLS_URL_MISMATCH'],
  },
  { name: 'kacls_url absent', authorization: { kacls_url: undefined }, refusal: [403, 'KACLS_URL_MISMATCH'] },
  {
    name: 'kacls_owner_domain foreign',
    authorization: { kacls_owner_domain: 'y.org' },
    refusal: [403, 'OWNER_DOMAIN_MISMATCH'],
  },
  {
    name: 'kacls_owner_domain no text',
    authorization: { kacls_owner_domain: ['y.org'] },
    refusal: [403, 'OWNER_DOMAIN_MISMATCH'],
  },
  { name: 'a reader wraps', authorization: { role: 'reader' }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role in capitals', authorization: { role: 'Writer' }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role absent', authorization: { role: undefined }, refusal: [403, 'ROLE_REFUSED'] },
  { name: 'role as a list', authorization: { role: ['writer'] }, refusal: [403, 'ROLE_REFUSED'] },
  {
    name: 'an upgrader unwraps',
    operation: 'unwrap',
    authorization: { role: 'upgrader' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  {
    name: 'a verifier unwraps',
    operation: 'unwrap',
    authorization: { role: 'verifier' },
    refusal: [403, 'ROLE_REFUSED'],
  },
  {
    name: 'a migrator unwraps',
    operation: 'unwrap',
    authorization: { role: 'migrator' },
    refusal: [403, 'ROLE_REFUSED'],
  },
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
    authorization: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  {
    name: 'only the authentication is delegated',
    authentication: { delegated_to: 'room' },
    refusal: [403, 'DELEGATION_REFUSED'],
  },
  { name: 'authentication expired', authentication: { exp: 1 }, refusal: [401, 'AUTHENTICATION_INVALID'] },
  { name: 'authorization expired', authorization: { exp: 1 }, refusal: [401, 'AUTHORIZATION_INVALID'] },
  {
    name: 'authentication without exp',
    authentication: { exp: undefined },
    refusal: [401, 'AUTHENTICATION_INVALID'],
  },
  {
    name: 'authorization without exp',
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
    authorization: { iat: 4e9, exp: 4e9 + 1 },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'authorization not yet valid',
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
    authorization: { iss: 'https://evil.test' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'no resource',
    authorization: { resource_name: undefined },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
  {
    name: 'resource_name of 129 bytes',
    authorization: { resource_name: 'r'.repeat(129) },
    refusal: [400, 'REQUEST_INVALID'],
  },
  {
    name: 'a token for a batch',
    authorization: { resource_names_sha256: 'x' },
    refusal: [401, 'AUTHORIZATION_INVALID'],
  },
];

const FOREIGN: readonly Row[] = [
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

const OWN: readonly Row[] = [
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

let kms: TestKeyService;
let ann: Person;
let idp: Signer;
let drive: Signer;
let other: Signer;
let ownResource: string;

beforeAll(async () => {
  [idp, drive, other] = await Promise.all([createSigner(), createSigner(), createSigner()]);
  const domains = ['x.org'];
  kms = await startKeyService({
    issuers: {
      authentication: [
        { issuer: IDP, audience: ['kacls', 'kacls-mobile'], jwks: idp.jwks, domains, realm: 'example' },
        { issuer: 'https://idp.other', audience: 'kacls', jwks: other.jwks, domains, realm: 'other' },
      ],
      authorization: [
        { issuer: DRIVE, audience: 'cse-authorization', jwks: drive.jwks, realm: 'example' },
        {
          issuer: 'https://read.example',
          audience: 'cse-authorization',
          jwks: drive.jwks,
          realm: 'example',
          operations: ['unwrap'],
        },
      ],
    },
  });
  ann = await kms.addPerson('ann@example.org');
  await kms.addPerson('local@x.org');
  ownResource = kms.newResource(ann);
});
afterAll(() => kms.close());

const foreignAuthentication = (claims: Claims = {}, header: Claims = {}, signer = idp) =>
  mint(signer.key, header, { iss: IDP, aud: 'kacls', email: 'ann@x.org', ...kms.times(), ...claims });
const foreignAuthorization = (claims: Claims = {}, header: Claims = {}, signer = drive) =>
  mint(signer.key, header, {
    iss: DRIVE,
    aud: 'cse-authorization',
    email: 'ann@x.org',
    kacls_url: KMS_URL,
    role: 'writer',
    resource_name: 'doc',
    ...kms.times(),
    ...claims,
  });

async function wrappedKeyOf(authentication: string, authorization: string): Promise<string> {
  const reply = await kms.call('POST', '/wrap', { authentication, authorization, key: DEK });
  return String(reply.body['wrapped_key']);
}

async function play(row: Row, tokens: { authentication: string; authorization: string }, wrappedKey: string) {
  const before = (await kms.audit()).length;
  const operation = row.operation ?? 'wrap';
  const material = operation === 'wrap' ? { key: DEK } : { wrapped_key: wrappedKey };
  const reply = await kms.call('POST', `/${operation}`, { ...tokens, ...material, reason: row.name });
  const [entry, ...more] = (await kms.audit()).slice(before);
  expect(kms.codeOf(reply)).toBe(row.refusal?.[1]);
  expect(reply.status).toBe(row.refusal?.[0] ?? 200);
  if (row.refusal)
    expect(reply.body).toEqual({
      code: row.refusal[0],
      message: expect.any(String),
      details: expect.stringMatching(/^[A-Z_]+ \S{22}$/),
    });
  else if (operation === 'unwrap') expect(reply.body).toEqual({ key: DEK });
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    operation,
    reason: row.name,
    decision: row.refusal ? 'refused' : 'allowed',
    code: row.refusal?.[1] ?? null,
  });
}

describe('by foreign issuers', () => {
  it.each([...COMMON, ...FOREIGN])('$name', async (row) => {
    const wrapped =
      row.operation === 'unwrap'
        ? await wrappedKeyOf(await foreignAuthentication(), await foreignAuthorization())
        : '';
    await play(
      row,
      {
        authentication: await foreignAuthentication(row.authentication),
        authorization: await foreignAuthorization(row.authorization),
      },
      wrapped,
    );
  });

  it.each<[string, () => Promise<{ authentication: string; authorization: string }>, string]>([
    [
      'a kid of another issuer',
      async () => ({
        authentication: await foreignAuthentication({}, {}, other),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'another key under the right kid',
      async () => ({
        authentication: await foreignAuthentication({}, { kid: idp.key.kid }, other),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'the authorization issuer authenticates',
      async () => ({
        authentication: await foreignAuthentication({ iss: DRIVE }, {}, drive),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'an issuer of another realm',
      async () => ({
        authentication: await foreignAuthentication({ iss: 'https://idp.other' }, {}, other),
        authorization: await foreignAuthorization(),
      }),
      'REALM_MISMATCH',
    ],
    [
      'a foreign issuer with our cloud',
      async () => ({
        authentication: await foreignAuthentication(),
        authorization: await kms.authorizationOf(ann, { email: 'ann@x.org', resource_name: ownResource }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'our person with a foreign authorization',
      async () => ({
        authentication: await kms.authenticationOf(ann),
        authorization: await foreignAuthorization({ email: ann.name }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'an issuer that is not good for wrapping',
      async () => ({
        authentication: await foreignAuthentication(),
        authorization: await foreignAuthorization({ iss: 'https://read.example' }),
      }),
      'AUTHORIZATION_INVALID',
    ],
    [
      'alg none',
      async () => ({
        authentication: (await foreignAuthentication({}, { alg: 'none' })).replace(/[^.]+$/, ''),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'alg none with a signature',
      async () => ({
        authentication: await foreignAuthentication({}, { alg: 'none' }),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'no token at all',
      async () => ({ authentication: 'a.b.c', authorization: await foreignAuthorization() }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'alg HS256 under the public key',
      async () => ({ authentication: await hmacToken(), authorization: await foreignAuthorization() }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'a critical header',
      async () => ({
        authentication: await foreignAuthentication({}, { crit: ['b64'], b64: false }),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
  ])('refuses %s', async (_name, tokens, code) => {
    const reply = await kms.call('POST', '/wrap', { ...(await tokens()), key: DEK });
    expect(kms.codeOf(reply)).toBe(code);
  });

  it('unwraps with the issuer that may only unwrap', async () => {
    const wrapped = await wrappedKeyOf(await foreignAuthentication(), await foreignAuthorization());
    const reply = await kms.call('POST', '/unwrap', {
      authentication: await foreignAuthentication(),
      authorization: await foreignAuthorization({ iss: 'https://read.example', role: 'reader' }),
      wrapped_key: wrapped,
    });
    expect(reply.body).toEqual({ key: DEK });
  });
});

describe('by our own', () => {
  const authentication = (claims: Claims = {}) => kms.authenticationOf(ann, claims);
  const authorization = (claims: Claims = {}) =>
    kms.authorizationOf(ann, { resource_name: ownResource, ...claims });

  it.each([...COMMON, ...OWN])('$name', async (row) => {
    const wrapped =
      row.operation === 'unwrap' ? await wrappedKeyOf(await authentication(), await authorization()) : '';
    await play(
      row,
      {
        authentication: await authentication(row.authentication),
        authorization: await authorization(row.authorization),
      },
      wrapped,
    );
  });

  it('refuses tokens in the place of each other', async () => {
    const [one, two] = [await authentication(), await authorization()];
    const reply = await kms.call('POST', '/wrap', { authentication: two, authorization: one, key: DEK });
    expect(kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
    const same = await kms.call('POST', '/wrap', { authentication: one, authorization: one, key: DEK });
    expect(kms.codeOf(same)).toBe('AUTHORIZATION_INVALID');
  });

  it('refuses another typ by the same key', async () => {
    const claims = {
      iss: KMS_URL,
      aud: KMS_URL,
      sub: ann.id,
      lid: ann.loginId,
      email: ann.name,
      ...kms.times(),
    };
    const cloudToken = await mint(kms.installation.identity.key, { typ: 'sealkeep-cloud+jwt' }, claims);
    const reply = await kms.call('POST', '/wrap', {
      authentication: cloudToken,
      authorization: await authorization(),
      key: DEK,
    });
    expect(kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
  });

  it('refuses a login that has ended, whatever its tokens say', async () => {
    const bob = await kms.addPerson('bob@example.org');
    const tokens = {
      authentication: await kms.authenticationOf(bob),
      authorization: await kms.authorizationOf(bob, { resource_name: kms.newResource(bob) }),
    };
    expect((await kms.call('POST', '/wrap', { ...tokens, key: DEK })).status).toBe(200);
    await kms.database.updateTable('logins').set({ ended_at: 1 }).where('id', '=', bob.loginId).execute();
    expect(kms.codeOf(await kms.call('POST', '/wrap', { ...tokens, key: DEK }))).toBe(
      'AUTHENTICATION_INVALID',
    );
  });
});

async function hmacToken(): Promise<string> {
  const [jwk] = publishKeySet([{ typ: 'JWT', key: idp.key }]).keys;
  const bytes = Buffer.from((jwk as { x: string }).x, 'base64url');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const [header, payload] = (await foreignAuthentication({}, { alg: 'HS256' })).split('.');
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(`${header}.${payload}`));
  return `${header}.${payload}.${Buffer.from(signature).toString('base64url')}`;
}
