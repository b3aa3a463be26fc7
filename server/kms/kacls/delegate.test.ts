import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceNamesSha256 } from '../../../core/crypto/hash.ts';
import { type MatrixWorld, startMatrixWorld } from '../../../test/kms/matrix-world.ts';
import type { Person } from '../identity/person.ts';
import { callsOf, DEK } from './testing/calls-of.ts';
import { grant } from './testing/grant.ts';
import { mint, readToken } from './testing/mint.ts';
import { KMS_URL } from './testing/start-key-service.ts';

type Claims = Readonly<Record<string, unknown>>;

let world: MatrixWorld;
let ann: Person;
let bob: Person;
let resource: string;
let wrapped: string;

beforeAll(async () => {
  world = await startMatrixWorld();
  ann = await world.kms.addPerson('ann');
  bob = await world.kms.addPerson('bob');
  resource = world.kms.newResource(ann);
  ({ wrapped } = await callsOf(world.kms).wrap(ann, resource));
});
afterAll(() => world.close());

const authorize = (person: Person, claims: Claims = {}) =>
  world.kms.authorizationOf(person, {
    resource_name: resource,
    role: 'reader',
    delegated_to: 'room',
    ...claims,
  });

/** A delegated token of our own realm. */
async function delegationOf(person: Person, claims: Claims = {}): Promise<string> {
  const { reply } = await world.call('delegate', {
    authentication: await world.kms.authenticationOf(person),
    authorization: await authorize(person, claims),
    reason: 'meeting',
  });
  expect(reply.status).toBe(200);
  return String(reply.body['delegated_authentication']);
}

async function unwrapWith(authentication: string, person: Person, claims: Claims = {}) {
  const { reply, code, entries } = await world.call('unwrap', {
    authentication,
    authorization: await authorize(person, claims),
    wrapped_key: wrapped,
  });
  return { body: reply.body, code, entries };
}

describe('a delegated token', () => {
  it('says what DESIGN.md says of it, and the log to whom', async () => {
    const { reply, entries } = await world.call('delegate', {
      authentication: await world.kms.authenticationOf(ann),
      authorization: await authorize(ann),
      reason: 'meeting',
    });
    const token = String(reply.body['delegated_authentication']);
    expect(readToken(token).header).toEqual({
      alg: 'EdDSA',
      kid: world.kms.installation.delegated.kid,
      typ: 'sealkeep-delegated+jwt',
    });
    const { iat, exp } = world.kms.times();
    expect(readToken(token).claims).toEqual({
      iss: KMS_URL,
      aud: `${KMS_URL}/delegate`,
      iat,
      // The token that delegates lives five minutes, and so does this one.
      exp,
      sub: ann.id,
      lid: ann.loginId,
      email: 'ann',
      delegated_to: 'room',
      resource_name: resource,
      authenticated_by: KMS_URL,
    });
    expect(entries).toMatchObject([
      {
        actor: 'ann',
        operation: 'delegate',
        resource_name: resource,
        reason: 'meeting',
        delegated_to: 'room',
      },
    ]);
  });

  it('lives 15 minutes at most', async () => {
    const { iat } = world.kms.times();
    const { reply } = await world.call('delegate', {
      authentication: await world.kms.authenticationOf(ann, { exp: iat + 3600 }),
      authorization: await authorize(ann),
    });
    expect(readToken(String(reply.body['delegated_authentication'])).claims['exp']).toBe(iat + 900);
  });

  it('is not made of a token that has just expired, though clocks may differ a little', async () => {
    const { iat } = world.kms.times();
    const { code } = await world.call('delegate', {
      authentication: await world.kms.authenticationOf(ann, { exp: iat - 1 }),
      authorization: await authorize(ann),
    });
    expect(code).toBe('AUTHENTICATION_INVALID');
  });

  it('opens with the authorization token of its delegation, in the name of who delegated', async () => {
    const { body, entries } = await unwrapWith(await delegationOf(ann), ann, { delegated_to: 'Room' });
    expect(body).toEqual({ key: DEK });
    expect(entries).toMatchObject([{ actor: 'ann', operation: 'unwrap', delegated_to: 'Room' }]);
  });

  it('wraps as well, where the authorization token says writer', async () => {
    const token = await delegationOf(ann);
    const { code } = await world.call('wrap', {
      authentication: token,
      authorization: await authorize(ann, { role: 'writer' }),
      key: DEK,
    });
    expect(code).toBeUndefined();
  });

  it.each<[string, Claims, string]>([
    ['none', { delegated_to: undefined }, 'DELEGATION_REFUSED'],
    ['another', { delegated_to: 'hall' }, 'DELEGATION_REFUSED'],
    ['another resource', { resource_name: '//sealkeep/x/y' }, 'DELEGATION_REFUSED'],
    ['another person', { email: 'bob', sub: 'other' }, 'EMAIL_MISMATCH'],
    ['another subject', { sub: 'other' }, 'EMAIL_MISMATCH'],
    ['another key service', { kacls_url: 'https://other.test' }, 'KACLS_URL_MISMATCH'],
  ])('opens nothing where the authorization token is of %s', async (_name, claims, code) => {
    expect((await unwrapWith(await delegationOf(ann), ann, claims)).code).toBe(code);
  });

  it('is good for nothing else', async () => {
    const token = await delegationOf(ann);
    const names = [resource];
    const batch = await authorize(ann, {
      resource_name: undefined,
      resource_names_sha256: resourceNamesSha256(names),
    });
    const authorization = await authorize(ann);
    const item = { resource_name: resource, wrapped_key: wrapped };
    const calls: [string, Claims][] = [
      ['delegate', { authorization }],
      ['unwrap/export', { authorization, wrapped_key: wrapped, code: '000000' }],
      ['unwrap/batch', { authorization: batch, items: [item] }],
      ['wrap/batch', { authorization: batch, items: [{ ...item, key: DEK }] }],
      ['privilegedunwrap', { resource_name: resource, wrapped_key: wrapped }],
      ['privilegedwrap', { resource_name: resource, key: DEK }],
    ];
    for (const [call, body] of calls) {
      const { code } = await world.call(call, { authentication: token, ...body });
      expect([call, code]).toEqual([call, 'AUTHENTICATION_INVALID']);
    }
    const bearer = await world.kms.call('GET', '/grants', undefined, { authorization: `Bearer ${token}` });
    expect(world.kms.codeOf(bearer)).toBe('AUTHENTICATION_INVALID');
  });

  it('is refused when its time is over', async () => {
    const token = await delegationOf(ann);
    world.kms.advance(331_000);
    expect((await unwrapWith(token, ann)).code).toBe('AUTHENTICATION_INVALID');
  });

  it('is not what another key of ours signs', async () => {
    const { installation } = world.kms;
    const token = await delegationOf(ann);
    for (const key of [installation.identity.key, installation.cloud.key]) {
      const forged = await mint(key, { typ: 'sealkeep-delegated+jwt' }, readToken(token).claims);
      expect((await unwrapWith(forged, ann)).code).toBe('AUTHENTICATION_INVALID');
      const named = await mint(
        key,
        { typ: 'sealkeep-delegated+jwt', kid: installation.delegated.kid },
        readToken(token).claims,
      );
      expect((await unwrapWith(named, ann)).code).toBe('AUTHENTICATION_INVALID');
    }
    const { exp: _, ...claims } = readToken(token).claims;
    const asOwn = await mint(
      installation.delegated,
      { typ: 'sealkeep-kms+jwt' },
      { ...claims, aud: KMS_URL },
    );
    expect((await unwrapWith(asOwn, ann)).code).toBe('AUTHENTICATION_INVALID');
  });
});

describe('whose access counts is who delegated', () => {
  it('nobody delegates what they may not open', async () => {
    const { code } = await world.call('delegate', {
      authentication: await world.kms.authenticationOf(bob),
      authorization: await authorize(bob),
    });
    expect(code).toBe('GRANT_MISSING');
  });

  it('a grant that ends, ends the delegation', async () => {
    const revoke = await grant(world.kms, { resource, from: ann, to: bob });
    const token = await delegationOf(bob);
    expect((await unwrapWith(token, bob)).body).toEqual({ key: DEK });
    await revoke();
    expect((await unwrapWith(token, bob)).code).toBe('GRANT_MISSING');
  });

  it("a reader's delegation does not write", async () => {
    const revoke = await grant(world.kms, { resource, from: ann, to: bob });
    const { code } = await world.call('wrap', {
      authentication: await delegationOf(bob),
      authorization: await authorize(bob, { role: 'writer' }),
      key: DEK,
    });
    expect(code).toBe('GRANT_MISSING');
    await revoke();
  });

  it('a login that ends, ends the delegation', async () => {
    const revoke = await grant(world.kms, { resource, from: ann, to: bob });
    const token = await delegationOf(bob);
    const { database } = world.kms;
    await database.updateTable('logins').set({ ended_at: 1 }).where('id', '=', bob.loginId).execute();
    expect((await unwrapWith(token, bob)).code).toBe('AUTHENTICATION_INVALID');
    await revoke();
  });
});

describe('for a foreign issuer', () => {
  const GOOGLE = { email: 'a@partner.net', google_email: 'Ann@x.org' };

  async function foreignDelegation(claims: Claims = GOOGLE): Promise<string> {
    const { reply } = await world.call('delegate', {
      authentication: await world.authentication(claims),
      authorization: await world.authorization('delegate'),
    });
    return String(reply.body['delegated_authentication']);
  }
  const unwrapForeign = async (authentication: string, claims: Claims = {}) =>
    world.call('unwrap', {
      authentication,
      authorization: await world.authorization('unwrap', { delegated_to: 'room', ...claims }),
      wrapped_key: await world.wrapForeign(),
    });

  it('it speaks for the address that the issuer knows, and keeps to its realm', async () => {
    const token = await foreignDelegation();
    const claims = readToken(token).claims;
    expect(claims).toMatchObject({ ...GOOGLE, authenticated_by: 'https://idp.example' });
    expect(claims).not.toHaveProperty('sub');
    const { code, entries } = await unwrapForeign(token);
    expect(code).toBeUndefined();
    expect(entries.at(-1)).toMatchObject({ actor: 'Ann@x.org', delegated_to: 'room' });
    const { reply } = await world.call('unwrap', {
      authentication: token,
      authorization: await authorize(ann, { email: 'ann@x.org', resource_name: 'doc' }),
      wrapped_key: wrapped,
    });
    expect(world.kms.codeOf(reply)).toBe('REALM_MISMATCH');
  });

  it('it ends with the trust in that issuer', async () => {
    const token = await foreignDelegation();
    const claims = { ...readToken(token).claims, authenticated_by: 'https://gone.example' };
    const orphan = await mint(world.kms.installation.delegated, { typ: 'sealkeep-delegated+jwt' }, claims);
    expect((await unwrapForeign(orphan)).code).toBe('AUTHENTICATION_INVALID');
  });
});
