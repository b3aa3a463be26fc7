import { resourceNamesSha256 } from '../../core/crypto/hash.ts';
import { randomId } from '../../core/crypto/random.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import { type Caller, type CallerWorld, INTRUDERS, PERSONS } from './caller-world.ts';
import { PASSWORD } from './start-test-kms.ts';

/** What a call sends beside its token. */
interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

/** An endpoint, what is sent there, and what each caller is answered: OK, or the code of the refusal. */
export type CallerRow = readonly [
  method: string,
  path: string,
  input: (world: CallerWorld) => Input | Promise<Input>,
  expected: Readonly<Record<Caller, string>>,
];

type Exceptions = Partial<Record<Caller, string>>;

const STRAYS = { 'wrong address': 'ADDRESS_REFUSED', 'foreign origin': 'ORIGIN_REFUSED' };
const each = <Name extends Caller>(names: readonly Name[], code: string) =>
  Object.fromEntries(names.map((name) => [name, code])) as Record<Name, string>;

/** Everybody is answered the same, whatever token they show. */
const everybody = (code: string): Record<Caller, string> => ({
  ...each(INTRUDERS, code),
  ...each(PERSONS, code),
  ...STRAYS,
});
/** Whoever has no token that holds is refused; the others are answered the same, but for exceptions. */
const persons = (code: string, exceptions: Exceptions = {}): Record<Caller, string> => ({
  ...everybody(code),
  ...each(INTRUDERS, 'AUTHENTICATION_INVALID'),
  ...exceptions,
});
const owners = (others: string, owner: string) => persons(others, { owner });
const administrators = (code: string) => persons('ADMINISTRATOR_REQUIRED', { administrator: code });

/** Calls whose tokens are in the body, where a foreign issuer's are taken too, but go with no token of our cloud. */
const keyCall = (exceptions: Exceptions) =>
  persons('GRANT_MISSING', {
    ...{ 'foreign issuer': 'REALM_MISMATCH', 'foreign realm': 'REALM_MISMATCH' },
    ...exceptions,
  });
const OPENS = { reader: 'OK', writer: 'OK', owner: 'OK' };
const SEALS = { writer: 'OK', owner: 'OK' };
/** What a batch's token says instead of a resource only our own cloud says. */
const NO_FOREIGN_BATCH = { 'foreign realm': 'AUTHORIZATION_INVALID' };
const UNPRIVILEGED = persons('PRIVILEGE_MISSING', {
  ...{ 'foreign issuer': 'PRIVILEGE_MISSING', 'foreign realm': 'PRIVILEGE_MISSING' },
});

const nothing = () => ({});
const body = (sent: unknown) => () => ({ body: sent });
const tokens = async (world: CallerWorld, role: string, claims?: object) => ({
  authentication: world.token || 'a.b.c',
  authorization: await world.authorization(role, claims),
  reason: '',
});
const ofBatch = ({ resource }: CallerWorld) => ({
  resource_name: undefined,
  resource_names_sha256: resourceNamesSha256([resource]),
});
const version = ({ keyId }: CallerWorld) => ({ keyId, version: 1 });
const AES = { algorithm: 'AES-256-GCM' };
const TICKET = 'A'.repeat(43);

export const CALLER_ROWS: readonly CallerRow[] = [
  // Anybody: what is shown there decides, and not who shows it.
  ['POST', '/register', body({ user: 'owner', password: PASSWORD }), everybody('USER_NAME_TAKEN')],
  [
    'POST',
    '/register/confirm',
    body({ user: 'owner', enrolment_ticket: TICKET, code: '000000' }),
    everybody('ENROLMENT_REFUSED'),
  ],
  [
    'GET',
    '/otp-qr/:user',
    () => ({ params: { user: 'owner' }, query: `?ticket=${TICKET}` }),
    everybody('ENROLMENT_REFUSED'),
  ],
  ['POST', '/login', body({ user: 'owner', password: 'wrong', code: '000000' }), everybody('LOGIN_REFUSED')],
  ['POST', '/refresh', body({ refresh_token: TICKET }), everybody('REFRESH_REFUSED')],
  ['POST', '/logout', body({ refresh_token: TICKET }), everybody('OK')],
  [
    'POST',
    '/authenticator/reset',
    body({ user: 'owner', password: PASSWORD, reset_code: 'aaaa-aaaa-aaaa-aaaa' }),
    everybody('LOGIN_REFUSED'),
  ],
  [
    'POST',
    '/authenticator/confirm',
    body({ user: 'owner', enrolment_ticket: TICKET, code: '000000' }),
    everybody('ENROLMENT_REFUSED'),
  ],
  ['GET', '/.well-known/jwks.json', nothing, everybody('OK')],
  ['GET', '/.well-known/openid-configuration', nothing, everybody('OK')],
  ['GET', '/certs', nothing, everybody('OK')],
  ['GET', '/status', nothing, everybody('OK')],
  ['GET', '/healthz', nothing, everybody('OK')],
  ['GET', '/readyz', nothing, everybody('OK')],
  ['GET', '/metrics', nothing, everybody('OK')],
  ['GET', '/openapi.json', nothing, everybody('OK')],
  ['GET', '/docs', nothing, everybody('OK')],
  ['GET', '/docs/:asset', () => ({ params: { asset: 'swagger-ui.css' } }), everybody('OK')],

  // Who has a client token; that is all that these look at, and what they reach is the session's own.
  ['GET', '/session/init', nothing, everybody('OK')],
  [
    'POST',
    '/session/key-exchange',
    body({ sessionId: randomId(), wrappedKey: 'AAAA' }),
    everybody('REQUEST_INVALID'),
  ],
  ['POST', '/session/rotate-token', body({}), everybody('SESSION_ENDED')],
  ['POST', '/crypto/encrypt', body({ ...AES, plaintext: 'AAAA' }), everybody('SESSION_ENDED')],
  [
    'POST',
    '/crypto/decrypt',
    body({ ...AES, ciphertext: 'AAAA', iv: 'A'.repeat(16), tag: `${'A'.repeat(22)}==` }),
    everybody('SESSION_ENDED'),
  ],
  ['POST', '/crypto/sign', body({ algorithm: 'Ed25519', data: 'AAAA' }), everybody('SESSION_ENDED')],
  [
    'POST',
    '/crypto/verify',
    body({
      ...{ algorithm: 'Ed25519', data: 'AAAA' },
      ...{ signature: `${'A'.repeat(86)}==`, publicKey: `${'A'.repeat(43)}=` },
    }),
    everybody('SESSION_ENDED'),
  ],

  // The owner's resource, which the cloud lets everybody at.
  [
    'POST',
    '/wrap',
    async (world) => ({ body: { ...(await tokens(world, 'writer')), key: world.key } }),
    keyCall(SEALS),
  ],
  [
    'POST',
    '/unwrap',
    async (world) => ({ body: { ...(await tokens(world, 'reader')), wrapped_key: world.wrapped } }),
    keyCall(OPENS),
  ],
  [
    'POST',
    '/wrap/batch',
    async (world) => ({
      body: {
        ...(await tokens(world, 'writer', ofBatch(world))),
        items: [{ resource_name: world.resource, key: world.key }],
      },
    }),
    keyCall({ ...SEALS, ...NO_FOREIGN_BATCH }),
  ],
  [
    'POST',
    '/unwrap/batch',
    async (world) => ({
      body: {
        ...(await tokens(world, 'reader', ofBatch(world))),
        items: [{ resource_name: world.resource, wrapped_key: world.wrapped }],
      },
    }),
    keyCall({ ...OPENS, ...NO_FOREIGN_BATCH }),
  ],
  [
    'POST',
    '/unwrap/export',
    async (world) => ({
      body: { ...(await tokens(world, 'reader')), wrapped_key: world.wrapped, code: world.code },
    }),
    keyCall(OPENS),
  ],
  [
    'POST',
    '/delegate',
    async (world) => ({ body: await tokens(world, 'reader', { delegated_to: 'room' }) }),
    keyCall(OPENS),
  ],
  [
    'POST',
    '/digest',
    async (world) => ({
      body: { authorization: await world.authorization('verifier'), wrapped_key: world.wrapped },
    }),
    everybody('AUTHORIZATION_INVALID'),
  ],
  [
    'POST',
    '/rewrap',
    async (world) => ({
      body: {
        authorization: await world.authorization('migrator'),
        original_kacls_url: 'https://kms.example',
        wrapped_key: world.wrapped,
      },
    }),
    everybody('AUTHORIZATION_INVALID'),
  ],
  [
    'POST',
    '/privilegedwrap',
    ({ token, resource, key }) => ({
      body: { authentication: token || 'a.b.c', resource_name: resource, key },
    }),
    UNPRIVILEGED,
  ],
  [
    'POST',
    '/privilegedunwrap',
    ({ token, resource, wrapped }) => ({
      body: { authentication: token || 'a.b.c', resource_name: resource, wrapped_key: wrapped },
    }),
    UNPRIVILEGED,
  ],
  [
    'POST',
    '/grants',
    ({ owner }) => ({
      body: {
        resource_name: formatResourceName({ owner: owner.id, id: randomId() }),
        ...{ with: 'other', role: 'reader' },
      },
    }),
    owners('GRANT_NOT_OWNER', 'OK'),
  ],
  ['GET', '/grants', nothing, persons('OK')],
  [
    'DELETE',
    '/grants/:id',
    async (world) => ({ params: { id: await world.newGrant() } }),
    owners('GRANT_NOT_FOUND', 'OK'),
  ],

  // The owner's keys.
  ['GET', '/keys', nothing, persons('OK')],
  ['GET', '/keys/:keyId', ({ keyId }) => ({ params: { keyId } }), owners('KEY_NOT_FOUND', 'OK')],
  [
    'GET',
    '/keys/:keyId/census',
    ({ keyId }) => ({ params: { keyId }, query: '?version=1' }),
    owners('KEY_NOT_FOUND', 'OK'),
  ],
  ['POST', '/keys/generate', nothing, persons('OK')],
  [
    'POST',
    '/keys/retire',
    (world) => ({ body: version(world) }),
    owners('KEY_NOT_FOUND', 'CLOUD_UNAVAILABLE'),
  ],
  [
    'POST',
    '/keys/schedule-destruction',
    (world) => ({ body: { ...version(world), code: world.wrongCode, days: 30 } }),
    owners('KEY_NOT_FOUND', 'CLOUD_UNAVAILABLE'),
  ],
  [
    'POST',
    '/keys/cancel-destruction',
    (world) => ({ body: version(world) }),
    owners('KEY_NOT_FOUND', 'KEY_VERSION_STATE'),
  ],
  [
    'POST',
    '/keys/disable',
    (world) => ({ body: { ...version(world), code: world.wrongCode } }),
    owners('KEY_NOT_FOUND', 'CODE_REFUSED'),
  ],
  [
    'POST',
    '/keys/enable',
    (world) => ({ body: { ...version(world), code: world.wrongCode } }),
    owners('KEY_NOT_FOUND', 'CODE_REFUSED'),
  ],
  ['POST', '/keys/rotate', ({ keyId }) => ({ body: { keyId } }), owners('KEY_NOT_FOUND', 'OK')],
  [
    'POST',
    '/keys/release',
    ({ owner }) => ({
      body: { resourceNames: [formatResourceName({ owner: owner.id, id: randomId() })] },
    }),
    owners('GRANT_NOT_OWNER', 'OK'),
  ],
  [
    'POST',
    '/keys/shred',
    ({ resource, wrongCode }) => ({ body: { resourceNames: [resource], code: wrongCode } }),
    owners('GRANT_NOT_OWNER', 'CODE_REFUSED'),
  ],
  ['GET', '/get-public-key/:user', () => ({ params: { user: 'owner' } }), owners('ESCROW_NOT_OWN', 'OK')],
  ['POST', '/store-key', body({ user: 'owner', enc_key: 'AAAA' }), owners('ESCROW_NOT_OWN', 'OK')],
  ['POST', '/get-key', body({ user: 'owner' }), owners('ESCROW_NOT_OWN', 'SESSION_REQUIRED')],

  // One's own account.
  [
    'POST',
    '/password',
    ({ code }) => ({ body: { password: 'wrong', code, new_password: 'another password' } }),
    persons('LOGIN_REFUSED'),
  ],
  ['GET', '/logins', nothing, persons('OK')],
  [
    'DELETE',
    '/logins/:id',
    async (world) => ({ params: { id: await world.newLogin() } }),
    owners('LOGIN_NOT_FOUND', 'OK'),
  ],
  ['POST', '/authenticator', ({ code }) => ({ body: { password: 'wrong', code } }), persons('LOGIN_REFUSED')],
  ['POST', '/recovery-codes', ({ wrongCode }) => ({ body: { code: wrongCode } }), persons('CODE_REFUSED')],
  [
    'DELETE',
    '/account',
    ({ code }) => ({ body: { password: 'wrong', code } }),
    persons('LOGIN_REFUSED', { owner: 'ACCOUNT_NEEDED', administrator: 'ADMINISTRATOR_LAST' }),
  ],

  // The audit log: everybody reads what is theirs, and walks the chain.
  ['GET', '/audit', nothing, persons('OK')],
  ['GET', '/audit/verify', nothing, persons('OK')],

  // Administration.
  ['GET', '/users', nothing, administrators('OK')],
  ['POST', '/users/:id/approve', ({ memberId: id }) => ({ params: { id } }), administrators('USER_STATE')],
  ['POST', '/users/:id/decline', ({ memberId: id }) => ({ params: { id } }), administrators('USER_STATE')],
  ['POST', '/users/:id/enable', ({ memberId: id }) => ({ params: { id } }), administrators('USER_STATE')],
  ['POST', '/users/:id/disable', ({ disabledId: id }) => ({ params: { id } }), administrators('USER_STATE')],
  [
    'POST',
    '/users/:id/role',
    ({ memberId: id, wrongCode }) => ({ params: { id }, body: { role: 'administrator', code: wrongCode } }),
    administrators('CODE_REFUSED'),
  ],
  [
    'POST',
    '/users/:id/reset-authenticator',
    ({ memberId: id, wrongCode }) => ({ params: { id }, body: { code: wrongCode } }),
    administrators('CODE_REFUSED'),
  ],
  ['POST', '/invitations', body({}), administrators('OK')],
  ['GET', '/invitations', nothing, administrators('OK')],
  [
    'DELETE',
    '/invitations/:id',
    async (world) => ({ params: { id: await world.newInvitation() } }),
    administrators('OK'),
  ],

  // Last: it ends the logins that the others stand on, of the same person.
  ['DELETE', '/logins', nothing, persons('OK')],
];
