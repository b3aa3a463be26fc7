import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEK, type MatrixWorld, startMatrixWorld, tampered } from '../../../test/kms/matrix-world.ts';
import type { Person } from '../identity/person.ts';
import {
  COMMON,
  FOREIGN,
  type MatrixCall,
  MIGRATION_CALLS,
  OWN,
  PAIR_CALLS,
} from './testing/decision-rows.ts';
import { mint, type Signer } from './testing/mint.ts';
import { PRIVILEGED } from './testing/privileged-rows.ts';
import { KMS_URL } from './testing/start-key-service.ts';

/** kacls.md §11.1, less its rows on signing, over real HTTP: by foreign issuers, and by our own. */
type Claims = Readonly<Record<string, unknown>>;
type Refusal = readonly [status: number, code: string] | undefined;

let world: MatrixWorld;
let ann: Person;
let ownResource: string;
let foreignWrapped: string;

beforeAll(async () => {
  world = await startMatrixWorld();
  ann = await world.kms.addPerson('ann@example.org');
  await world.kms.addPerson('local@x.org');
  ownResource = world.kms.newResource(ann);
  await world.wrapForeign('another doc');
  foreignWrapped = await world.wrapForeign();
});
afterAll(() => world.close());

const REPLIES: Readonly<Record<string, Claims>> = {
  wrap: { wrapped_key: expect.any(String) },
  unwrap: { key: DEK },
  delegate: { delegated_authentication: expect.any(String) },
  digest: { resource_key_hash: expect.stringMatching(/^[\w+/]{43}=$/) },
  rewrap: { wrapped_key: expect.any(String), resource_key_hash: expect.stringMatching(/^[\w+/]{43}=$/) },
  privilegedwrap: { wrapped_key: expect.any(String) },
  privilegedunwrap: { key: DEK },
};

/** One call, its answer, and the one entry that the audit log gets of it. */
async function play(name: string, refusal: Refusal, body: Claims, isTokenHeld = false): Promise<void> {
  const { reply, code, entries } = await world.call(name, { ...body, reason: 'why' });
  expect([reply.status, code]).toEqual(refusal ?? [200, undefined]);
  expect(reply.body).toEqual(
    refusal
      ? {
          code: refusal[0],
          message: expect.any(String),
          details: expect.stringMatching(/^[A-Z_]+ \S{22}$/),
        }
      : REPLIES[name],
  );
  const entry = {
    operation: name,
    reason: 'why',
    decision: refusal ? 'refused' : 'allowed',
    code: refusal?.[1] ?? null,
  };
  expect(entries).toMatchObject([!isTokenHeld && isUnknown(name, refusal?.[1]) ? COUNTED : entry]);
}

/** What stands in the log for calls of which not even a token held. */
const COUNTED = { operation: 'unknown-caller', decision: 'refused', actor: '', count: 1 };

/** Whether nothing that the caller showed held; a migration shows an authorization token only. */
function isUnknown(call: string, code: string | undefined): boolean {
  const isMigration = call === 'digest' || call === 'rewrap';
  return code === 'AUTHENTICATION_INVALID' || (isMigration && code === 'AUTHORIZATION_INVALID');
}

/** Each row on each of the calls that it concerns. */
function spread<Row extends { readonly name: string; readonly on?: readonly string[] }>(
  rows: readonly Row[],
) {
  return rows.flatMap((row) =>
    (row.on ?? PAIR_CALLS).map((call) => [`${row.name}: ${call}`, call, row] as const),
  );
}

describe('by foreign issuers', () => {
  it.each(spread([...COMMON, ...FOREIGN]))('%s', async (_name, call, row) => {
    const isPair = PAIR_CALLS.some((one) => one === call);
    const body = {
      ...world.materialOf(call, row.isTampered ? tampered(foreignWrapped) : foreignWrapped),
      ...(isPair ? { authentication: await world.authentication(row.authentication) } : {}),
      authorization: await world.authorization(call, row.authorization),
    };
    await play(call, row.refusal, body, row.isTokenHeld);
  });

  it.each<[string, () => Promise<{ authentication: string; authorization: string }>, string]>([
    [
      'the authorization issuer authenticates',
      async () => ({
        authentication: await world.authentication({ iss: 'https://drive.example' }, {}, world.signers.drive),
        authorization: await world.authorization('wrap'),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'an issuer of another realm',
      async () => ({
        authentication: await world.authentication({ iss: 'https://idp.other' }, {}, world.signers.other),
        authorization: await world.authorization('wrap'),
      }),
      'REALM_MISMATCH',
    ],
    [
      'a foreign issuer with our cloud',
      async () => ({
        authentication: await world.authentication(),
        authorization: await world.kms.authorizationOf(ann, {
          email: 'ann@x.org',
          resource_name: ownResource,
        }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'our person with a foreign authorization',
      async () => ({
        authentication: await world.kms.authenticationOf(ann),
        authorization: await world.authorization('wrap', { email: ann.name }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'an issuer that is not good for wrapping',
      async () => ({
        authentication: await world.authentication(),
        authorization: await world.authorization('wrap', { iss: 'https://read.example' }),
      }),
      'AUTHORIZATION_INVALID',
    ],
    [
      'no token at all',
      async () => ({ authentication: 'a.b.c', authorization: await world.authorization('wrap') }),
      'AUTHENTICATION_INVALID',
    ],
  ])('refuses %s', async (_name, tokens, code) => {
    const reply = await world.kms.call('POST', '/wrap', { ...(await tokens()), key: DEK });
    expect(world.kms.codeOf(reply)).toBe(code);
  });

  it('unwraps with the issuer that may only unwrap', async () => {
    const reply = await world.kms.call('POST', '/unwrap', {
      authentication: await world.authentication(),
      authorization: await world.authorization('unwrap', { iss: 'https://read.example', role: 'reader' }),
      wrapped_key: foreignWrapped,
    });
    expect(reply.body).toEqual({ key: DEK });
  });
});

describe('by our own', () => {
  const authentication = (claims: Claims = {}) => world.kms.authenticationOf(ann, claims);
  const authorization = (claims: Claims = {}) =>
    world.kms.authorizationOf(ann, { resource_name: ownResource, ...claims });
  const wrapOwn = async () =>
    world.wrappedKeyOf({ authentication: await authentication(), authorization: await authorization() });
  const inPairs = spread([...COMMON, ...OWN]).filter(([, call]) => PAIR_CALLS.some((one) => one === call));

  it.each(inPairs)('%s', async (_name, call, row) => {
    const wrapped = call === 'unwrap' ? await wrapOwn() : '';
    await play(call, row.refusal, {
      ...world.materialOf(call, row.isTampered ? tampered(wrapped) : wrapped),
      authentication: await authentication(row.authentication),
      authorization: await authorization({
        ...(call === 'delegate' ? { delegated_to: 'room' } : {}),
        ...row.authorization,
      }),
    });
  });

  it.each(MIGRATION_CALLS)('our own cloud is good for no %s', async (call) => {
    await play(call, [401, 'AUTHORIZATION_INVALID'], {
      ...world.materialOf(call, await wrapOwn()),
      authorization: await authorization({ role: call === 'digest' ? 'verifier' : 'migrator' }),
    });
  });

  it('refuses tokens in the place of each other', async () => {
    const [one, two] = [await authentication(), await authorization()];
    const reply = await world.kms.call('POST', '/wrap', {
      authentication: two,
      authorization: one,
      key: DEK,
    });
    expect(world.kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
    const same = await world.kms.call('POST', '/wrap', { authentication: one, authorization: one, key: DEK });
    expect(world.kms.codeOf(same)).toBe('AUTHORIZATION_INVALID');
  });

  it('refuses another typ by the same key', async () => {
    const claims = {
      iss: KMS_URL,
      aud: KMS_URL,
      sub: ann.id,
      lid: ann.loginId,
      email: ann.name,
      ...world.kms.times(),
    };
    const { key } = world.kms.installation.identity;
    for (const typ of ['sealkeep-cloud+jwt', 'sealkeep-delegated+jwt']) {
      const reply = await world.kms.call('POST', '/wrap', {
        authentication: await mint(key, { typ }, claims),
        authorization: await authorization(),
        key: DEK,
      });
      expect(world.kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
    }
  });

  it('refuses a login that has ended, whatever its tokens say', async () => {
    const { kms } = world;
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

describe('without an authorization token', () => {
  it.each(spread(PRIVILEGED))('%s', async (_name, call, { by, claims, body, isTampered, refusal }) => {
    await play(call, refusal, {
      ...world.materialOf(call, isTampered ? tampered(foreignWrapped) : foreignWrapped),
      authentication:
        by === 'peer'
          ? await world.kaclsToken(claims)
          : await world.authentication({ email: 'takeout@x.org', ...claims }),
      ...body,
    });
  });
});

describe('a forged token is refused in every place', () => {
  type Minting = (header: Claims, signer?: Signer) => Promise<string>;
  /** By kacls.md §11.1: the wrong key, the wrong algorithm, what nobody knows. */
  const FORGERIES: readonly [string, (make: Minting, right: Signer, stranger: Signer) => Promise<string>][] =
    [
      ['a kid of another issuer', (make, _right, stranger) => make({}, stranger)],
      ['another key under the right kid', (make, { key }, stranger) => make({ kid: key.kid }, stranger)],
      ['a kid of nobody', (make) => make({ kid: 'none' })],
      ['alg none', async (make) => (await make({ alg: 'none' })).replace(/[^.]+$/, '')],
      ['alg none with a signature', (make) => make({ alg: 'none' })],
      [
        'alg HS256 under the public key',
        async (make, right) => hmacToken(await make({ alg: 'HS256' }), right),
      ],
      ['a critical header', (make) => make({ crit: ['b64'], b64: false })],
    ];
  const places: [string, MatrixCall | 'privilegedwrap' | 'privilegedunwrap', 'person' | 'cloud' | 'peer'][] =
    [
      ...PAIR_CALLS.map((call): (typeof places)[number] => [`authentication of ${call}`, call, 'person']),
      ...[...PAIR_CALLS, ...MIGRATION_CALLS].map((call): (typeof places)[number] => [
        `authorization of ${call}`,
        call,
        'cloud',
      ]),
      ['authentication of privilegedwrap', 'privilegedwrap', 'person'],
      ['authentication of privilegedunwrap', 'privilegedunwrap', 'person'],
      ['a peer at privilegedunwrap', 'privilegedunwrap', 'peer'],
    ];

  it.each(places)('%s', async (_name, call, whose) => {
    const { signers } = world;
    const isMigration = MIGRATION_CALLS.some((one) => one === call);
    const right = {
      person: signers.idp,
      cloud: isMigration ? signers.migration : signers.drive,
      peer: signers.peer,
    };
    const making: Record<typeof whose, Minting> = {
      person: (header, signer) => world.authentication({}, header, signer),
      cloud: (header, signer) => world.authorization(call, {}, header, signer),
      peer: (header, signer) => world.kaclsToken({}, header, signer),
    };
    // Somebody whom the same door knows, under another name.
    const known = isMigration ? signers.drive : signers.migration;
    const stranger = whose === 'cloud' ? known : signers.other;
    for (const [name, forge] of FORGERIES) {
      const forged = await forge(making[whose], right[whose], stranger);
      const { code, entries } = await world.call(call, {
        ...world.materialOf(call, foreignWrapped),
        authentication: whose === 'cloud' ? await world.authentication() : forged,
        authorization: whose === 'cloud' ? forged : await world.authorization(call),
      });
      const expected = whose === 'cloud' ? 'AUTHORIZATION_INVALID' : 'AUTHENTICATION_INVALID';
      expect([name, code]).toEqual([name, expected]);
      const entry = { operation: call, decision: 'refused', code: expected };
      expect(entries).toMatchObject([isUnknown(call, expected) ? COUNTED : entry]);
    }
  });
});

describe('what is out of limits is read by nobody', () => {
  const bytes = (length: number) => Buffer.alloc(length, 1).toString('base64');
  it.each<[string, string, Claims]>([
    ['a DEK of 129 bytes', 'wrap', { key: bytes(129) }],
    ['a DEK of 129 bytes', 'privilegedwrap', { key: bytes(129) }],
    ['no DEK', 'privilegedwrap', { key: '' }],
    ['a name of 129 bytes', 'privilegedwrap', { resource_name: 'é'.repeat(65) }],
    ['a name of 129 bytes', 'privilegedunwrap', { resource_name: 'r'.repeat(129) }],
    ['no name', 'privilegedunwrap', { resource_name: '' }],
    ['a perimeter of 129 bytes', 'privilegedwrap', { perimeter_id: 'p'.repeat(129) }],
    ['a reason of 1025 bytes', 'delegate', { reason: 'r'.repeat(1025) }],
    ['a reason of 1025 bytes', 'digest', { reason: 'r'.repeat(1025) }],
    ['a wrapped key of 769 bytes', 'digest', { wrapped_key: bytes(769) }],
    ['a wrapped key of 769 bytes', 'rewrap', { wrapped_key: bytes(769) }],
    ['a wrapped key of 769 bytes', 'privilegedunwrap', { wrapped_key: bytes(769) }],
    ['no address of a key service', 'rewrap', { original_kacls_url: undefined }],
  ])('%s: %s', async (_name, call, bad) => {
    const { reply, code, entries } = await world.call(call, {
      ...world.materialOf(call, foreignWrapped),
      authentication: await world.authentication(),
      authorization: await world.authorization(call),
      ...bad,
    });
    expect([reply.status, code, entries]).toEqual([400, 'REQUEST_INVALID', []]);
  });
});

async function hmacToken(unsigned: string, { jwks }: Signer): Promise<string> {
  const bytes = Buffer.from((jwks.keys[0] as { x: string }).x, 'base64url');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signed = unsigned.replace(/\.[^.]*$/, '');
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}
