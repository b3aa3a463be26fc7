import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MatrixWorld, startMatrixWorld } from '../../../test/kms/matrix-world.ts';
import { enrol, startTestKms } from '../../../test/kms/start-test-kms.ts';
import type { Person } from '../identity/person.ts';
import { callsOf, DEK } from './testing/calls-of.ts';
import { grant } from './testing/grant.ts';

/** Of our own realm; foreign issuers' people and peers stand in the decision matrix. */
let world: MatrixWorld;
let keeper: Person;
let ann: Person;
let resource: string;
let wrapped: string;

beforeAll(async () => {
  world = await startMatrixWorld();
  keeper = await world.kms.addPerson('keeper');
  ann = await world.kms.addPerson('ann');
  resource = world.kms.newResource(ann);
  ({ wrapped } = await callsOf(world.kms).wrap(ann, resource));
});
afterAll(() => world.close());

const unwrapAs = async (person: Person, more: Readonly<Record<string, unknown>> = {}) =>
  world.call('privilegedunwrap', {
    authentication: await world.kms.authenticationOf(person),
    resource_name: resource,
    wrapped_key: wrapped,
    reason: 'audit',
    ...more,
  });
const wrapAs = async (person: Person, resource_name = resource) =>
  world.call('privilegedwrap', {
    authentication: await world.kms.authenticationOf(person),
    key: DEK,
    resource_name,
  });

describe('a person of ours who is listed', () => {
  it('opens and wraps what is their own without a word of the cloud, and the log says so', async () => {
    const own = world.kms.newResource(keeper);
    const made = await wrapAs(keeper, own);
    const wrapped_key = String(made.reply.body['wrapped_key']);
    const { reply, entries } = await unwrapAs(keeper, { resource_name: own, wrapped_key });
    expect(reply.body).toEqual({ key: DEK });
    expect(entries).toMatchObject([
      { actor: 'keeper', operation: 'privilegedunwrap', resource_name: own, reason: 'audit' },
    ]);
  });

  it('opens nothing of anybody else’s without a grant, and nothing any more once it is gone', async () => {
    const refused = async () => {
      const { reply, code, entries } = await unwrapAs(keeper);
      expect([reply.status, code]).toEqual([403, 'GRANT_MISSING']);
      expect(entries).toMatchObject([{ actor: 'keeper', decision: 'refused', code }]);
    };
    await refused();
    const revoke = await grant(world.kms, { resource, from: ann, to: keeper });
    expect((await unwrapAs(keeper)).reply.body).toEqual({ key: DEK });
    await revoke();
    await refused();
  });

  it("wraps for the owner only where the owner lets them write, and under the owner's KEK", async () => {
    expect((await wrapAs(keeper)).code).toBe('GRANT_MISSING');
    const revokeReader = await grant(world.kms, { resource, from: ann, to: keeper });
    expect((await wrapAs(keeper)).code).toBe('GRANT_MISSING');
    await revokeReader();
    const revoke = await grant(world.kms, { resource, from: ann, to: keeper, role: 'writer' });
    const { reply } = await wrapAs(keeper);
    await revoke();
    const opened = await callsOf(world.kms).unwrap(ann, resource, String(reply.body['wrapped_key']));
    expect(opened.body).toEqual({ key: DEK });
  });

  it('opens nothing of another realm', async () => {
    const { code } = await unwrapAs(keeper, {
      resource_name: 'doc',
      wrapped_key: await world.wrapForeign(),
    });
    expect(code).toBe('RESOURCE_MISMATCH');
  });

  it.each([
    ['doc', 'RESOURCE_MISMATCH'],
    ['//sealkeep/AAAAAAAAAAAAAAAAAAAAAA/BBBBBBBBBBBBBBBBBBBBBB', 'GRANT_MISSING'],
  ])('wraps nothing for nobody: %s', async (name, code) => {
    expect((await wrapAs(keeper, name)).code).toBe(code);
  });
});

describe('nobody else is privileged', () => {
  it('not who owns the file', async () => {
    expect((await unwrapAs(ann)).code).toBe('PRIVILEGE_MISSING');
    expect((await wrapAs(ann)).code).toBe('PRIVILEGE_MISSING');
  });

  it('not a name of ours that looks like an address that is listed', async () => {
    const lookalike = await world.kms.addPerson('takeout@x.org');
    expect((await unwrapAs(lookalike)).code).toBe('PRIVILEGE_MISSING');
    expect((await wrapAs(lookalike)).code).toBe('PRIVILEGE_MISSING');
  });

  it('not who would register a listed name', async () => {
    const kms = await startTestKms({ config: { privileged: ['keeper', 'takeout@x.org'] } });
    await enrol(kms, 'ann');
    const password = 'correct horse battery';
    const taken = await kms.post('/register', { user: 'ann', password });
    for (const user of ['keeper', 'Keeper', 'takeout@x.org']) {
      const answer = await kms.post('/register', { user, password });
      expect([answer.status, answer.code]).toEqual([taken.status, taken.code]);
    }
    await kms.close();
  });
});

describe('where KMS_PRIVILEGED is empty nobody is', () => {
  let closed: MatrixWorld;
  let own: Person;

  beforeAll(async () => {
    closed = await startMatrixWorld({ privileged: [] });
    own = await closed.kms.addPerson('keeper');
  });
  afterAll(() => closed.close());

  const ours = async () => {
    const resource_name = closed.kms.newResource(own);
    return {
      authentication: await closed.kms.authenticationOf(own),
      resource_name,
      wrapped_key: (await callsOf(closed.kms).wrap(own, resource_name)).wrapped,
    };
  };
  const foreign = async (email: string | undefined) => ({
    authentication: await closed.authentication({ email }),
    resource_name: 'doc',
    wrapped_key: await closed.wrapForeign(),
  });

  it.each<[string, () => Promise<Readonly<Record<string, unknown>>>]>([
    ['not who owns the file', ours],
    ['not an address of a foreign issuer', () => foreign('takeout@x.org')],
    ['not who has wrapped the file', () => foreign('ann@x.org')],
    ['not who shows no address', () => foreign(undefined)],
  ])('%s', async (_name, bodyOf) => {
    const { wrapped_key, ...body } = await bodyOf();
    const answers = [
      await closed.call('privilegedunwrap', { ...body, wrapped_key }),
      await closed.call('privilegedwrap', { ...body, key: DEK }),
    ];
    for (const { reply, code, entries } of answers) {
      expect([reply.status, code]).toEqual([403, 'PRIVILEGE_MISSING']);
      expect(entries).toMatchObject([{ decision: 'refused', code }]);
    }
  });
});

it('a peer gets nothing of our own realm', async () => {
  const { code, entries } = await world.call('privilegedunwrap', {
    authentication: await world.kaclsToken({ resource_name: resource }),
    resource_name: resource,
    wrapped_key: wrapped,
  });
  expect(code).toBe('REALM_MISMATCH');
  expect(entries).toMatchObject([{ actor: world.peer.address, decision: 'refused' }]);
});
