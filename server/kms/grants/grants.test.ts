import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../shared/api/common.ts';
import type { Person } from '../identity/person.ts';
import { startKeyService, type TestKeyService } from '../kacls/testing/start-key-service.ts';

let kms: TestKeyService;
let ann: Person;
let bob: Person;
let eve: Person;
const DEK = Buffer.alloc(32, 9).toString('base64');

beforeAll(async () => {
  kms = await startKeyService();
  ann = await kms.addPerson('ann');
  bob = await kms.addPerson('bob');
  eve = await kms.addPerson('eve');
});
afterAll(() => kms.close());

async function asPerson(person: Person, method: string, where: string, body?: unknown) {
  const authorization = `Bearer ${await kms.authenticationOf(person)}`;
  const reply = await kms.call(method, where, body, { authorization });
  return { ...reply, code: kms.codeOf(reply), data: reply.body['data'] as Record<string, unknown> };
}

const grant = (owner: Person, resource_name: string, more: Readonly<Record<string, unknown>> = {}) =>
  asPerson(owner, 'POST', '/grants', { resource_name, with: 'bob', role: 'reader', ...more });

/** The cloud says yes to everyone, in whatever role they want: what follows is the KMS's own word. */
async function call(operation: 'wrap' | 'unwrap', person: Person, resource_name: string, wrapped_key = '') {
  const role: Role = operation === 'wrap' ? 'writer' : 'reader';
  const reply = await kms.call('POST', `/${operation}`, {
    authentication: await kms.authenticationOf(person),
    authorization: await kms.authorizationOf(person, { resource_name, role }),
    ...(operation === 'wrap' ? { key: DEK } : { wrapped_key }),
  });
  return { code: kms.codeOf(reply), body: reply.body };
}

async function sealed(owner: Person) {
  const name = kms.newResource(owner);
  return { name, wrapped: String((await call('wrap', owner, name)).body['wrapped_key']) };
}

describe('a grant', () => {
  it('lets in whom the owner named, and nobody whom only the cloud lets in', async () => {
    const { name, wrapped } = await sealed(ann);
    expect((await call('unwrap', bob, name, wrapped)).code).toBe('GRANT_MISSING');
    const made = await grant(ann, name);
    expect(made.status).toBe(201);
    expect(made.data).toEqual({ id: expect.any(String), resource_name: name, with: 'bob', role: 'reader' });
    expect((await call('unwrap', bob, name, wrapped)).body).toEqual({ key: DEK });
    expect((await call('unwrap', eve, name, wrapped)).code).toBe('GRANT_MISSING');
    expect((await call('unwrap', bob, (await sealed(ann)).name, wrapped)).code).toBe('GRANT_MISSING');
  });

  it('lets a writer wrap, under the KEK of the owner, and no reader', async () => {
    const { name } = await sealed(ann);
    await grant(ann, name, { role: 'reader' });
    expect((await call('wrap', bob, name)).code).toBe('GRANT_MISSING');
    await grant(ann, name, { role: 'writer' });
    const wrapped = String((await call('wrap', bob, name)).body['wrapped_key']);
    const kek = await kms.database
      .selectFrom('keks')
      .select('id')
      .where('owner_id', '=', ann.id)
      .executeTakeFirstOrThrow();
    expect(Buffer.from(wrapped, 'base64').toString('base64url', 2, 18)).toBe(kek.id);
    expect((await call('unwrap', ann, name, wrapped)).body).toEqual({ key: DEK });
    expect((await call('unwrap', bob, name, wrapped)).body).toEqual({ key: DEK });
  });

  it('ends at its time, to the millisecond', async () => {
    const { name, wrapped } = await sealed(ann);
    const until = new Date(kms.clock.now.getTime() + 1000).toISOString();
    expect((await grant(ann, name, { until })).data).toMatchObject({ until });
    kms.advance(999);
    expect((await call('unwrap', bob, name, wrapped)).code).toBeUndefined();
    kms.advance(1);
    expect((await call('unwrap', bob, name, wrapped)).code).toBe('GRANT_MISSING');
  });

  it('taken back refuses tokens that are still alive', async () => {
    const { name, wrapped } = await sealed(ann);
    const { data } = await grant(ann, name);
    const body = {
      authentication: await kms.authenticationOf(bob),
      authorization: await kms.authorizationOf(bob, { resource_name: name, role: 'reader' }),
      wrapped_key: wrapped,
    };
    expect((await kms.call('POST', '/unwrap', body)).status).toBe(200);
    expect((await asPerson(ann, 'DELETE', `/grants/${data['id']}`)).body).toEqual({ data: {} });
    expect(kms.codeOf(await kms.call('POST', '/unwrap', body))).toBe('GRANT_MISSING');
    expect((await asPerson(ann, 'DELETE', `/grants/${data['id']}`)).code).toBe('GRANT_NOT_FOUND');
  });

  it('given again replaces role and end', async () => {
    const { name } = await sealed(ann);
    const until = new Date(kms.clock.now.getTime() + 1000).toISOString();
    const first = await grant(ann, name, { role: 'writer', until });
    const second = await grant(ann, name);
    expect(second.data).toEqual({ ...first.data, role: 'reader', until: undefined });
    const listed = await asPerson(ann, 'GET', `/grants?resource_name=${encodeURIComponent(name)}`);
    expect(listed.data).toEqual([second.data]);
  });

  it('is listed and removed by its owner only', async () => {
    const { name, wrapped } = await sealed(bob);
    const { data } = await grant(bob, name, { with: 'EVE' });
    for (const other of [ann, eve]) {
      expect((await asPerson(other, 'DELETE', `/grants/${data['id']}`)).code).toBe('GRANT_NOT_FOUND');
      const listed = await asPerson(other, 'GET', `/grants?resource_name=${encodeURIComponent(name)}`);
      expect(listed.data).toEqual([]);
    }
    expect((await asPerson(bob, 'GET', '/grants')).data).toEqual([data]);
    expect((await call('unwrap', eve, name, wrapped)).code).toBeUndefined();
  });

  it.each<[string, () => [Person, string, Record<string, unknown>], string]>([
    ["somebody else's resource", () => [eve, kms.newResource(ann), {}], 'GRANT_NOT_OWNER'],
    ['oneself', () => [ann, kms.newResource(ann), { with: 'ann' }], 'REQUEST_INVALID'],
    ['nobody', () => [ann, kms.newResource(ann), { with: 'zoe' }], 'GRANT_USER_UNKNOWN'],
    [
      'a time that has passed',
      () => [ann, kms.newResource(ann), { until: '2020-01-01T00:00:00Z' }],
      'REQUEST_INVALID',
    ],
    [
      'this very moment',
      () => [ann, kms.newResource(ann), { until: kms.clock.now.toISOString() }],
      'REQUEST_INVALID',
    ],
    ['no time', () => [ann, kms.newResource(ann), { until: 'tomorrow' }], 'REQUEST_INVALID'],
    ['an unknown role', () => [ann, kms.newResource(ann), { role: 'owner' }], 'REQUEST_INVALID'],
    ['a foreign name', () => [ann, '//googleapis.com/drive/files/x', {}], 'REQUEST_INVALID'],
  ])('is refused for %s', async (_name, given, code) => {
    expect((await grant(...given())).code).toBe(code);
  });

  it('is refused for who has not confirmed yet, by name', async () => {
    await kms.addPerson('new');
    await kms.database.updateTable('users').set({ state: 'enrolling' }).where('name', '=', 'new').execute();
    const reply = await grant(ann, kms.newResource(ann), { with: 'new' });
    expect(reply.body['error']).toMatchObject({ code: 'GRANT_USER_UNKNOWN', details: { user: 'new' } });
  });

  it('asks for a bearer token', async () => {
    for (const [method, where] of [
      ['GET', '/grants'],
      ['POST', '/grants'],
      ['DELETE', '/grants/x'],
    ] as const) {
      expect(kms.codeOf(await kms.call(method, where))).toBe('AUTHENTICATION_INVALID');
    }
  });

  it('is in the audit log, and so is its end, and each refusal', async () => {
    const name = kms.newResource(ann);
    const before = (await kms.audit()).length;
    const { data } = await grant(ann, name);
    await asPerson(ann, 'DELETE', `/grants/${data['id']}`);
    await grant(eve, name);
    const entries = (await kms.audit()).slice(before);
    expect(entries.map((one) => [one.actor, one.operation, one.resource_name, one.reason, one.code])).toEqual(
      [
        ['ann', 'create-grant', name, 'reader to bob', null],
        ['ann', 'delete-grant', name, 'reader to bob', null],
        ['eve', 'create-grant', name, 'reader to bob', 'GRANT_NOT_OWNER'],
      ],
    );
  });
});
