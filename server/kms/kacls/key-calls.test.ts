import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../../core/crypto/random.ts';
import { claimedKekVersion } from '../../../shared/formats/wrapped-key.ts';
import type { Person } from '../identity/person.ts';
import { createKek } from '../keyring/create-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { rotateKek } from '../keyring/rotate-kek.ts';
import { callsOf, DEK } from './testing/calls-of.ts';
import { startKeyService, type TestKeyService } from './testing/start-key-service.ts';

let kms: TestKeyService;
let calls: ReturnType<typeof callsOf>;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  kms = await startKeyService();
  calls = callsOf(kms);
  ann = await kms.addPerson('ann');
  bob = await kms.addPerson('bob');
});
afterAll(() => kms.close());

const kekIdOf = (wrapped: string) => claimedKekVersion(wrapped).keyId;

async function firstKekOf(person: Person): Promise<string> {
  const row = await kms.database
    .selectFrom('keks')
    .select('id')
    .where('owner_id', '=', person.id)
    .where('is_first', '=', 1)
    .executeTakeFirstOrThrow();
  return row.id;
}

describe('wrapping and unwrapping', () => {
  it('gives back what was wrapped, bare', async () => {
    const resource = kms.newResource(ann);
    const { wrapped, body } = await calls.wrap(ann, resource, { reason: "{client:'drive' op:'update'}" });
    expect(Object.keys(body)).toEqual(['wrapped_key']);
    expect(await calls.unwrap(ann, resource, wrapped)).toMatchObject({ status: 200, body: { key: DEK } });
    const unpadded = await calls.unwrap(ann, resource, wrapped.replace(/=+$/, ''));
    expect(unpadded.body).toEqual({ key: DEK });
  });

  it('counts generations, and leaves older wrapped keys good', async () => {
    const resource = kms.newResource(ann);
    const first = await calls.wrap(ann, resource);
    const second = await calls.wrap(ann, resource);
    const row = await kms.database
      .selectFrom('resources')
      .selectAll()
      .where('name', '=', resource)
      .executeTakeFirstOrThrow();
    expect(row.generation).toBe(2);
    expect((await calls.unwrap(ann, resource, first.wrapped)).status).toBe(200);
    expect((await calls.unwrap(ann, resource, second.wrapped)).status).toBe(200);
  });

  it('answers whatever does not open by one code', async () => {
    const [resource, another] = [kms.newResource(ann), kms.newResource(ann)];
    const { wrapped } = await calls.wrap(ann, resource);
    await calls.wrap(ann, another);
    const bytes = Buffer.from(wrapped, 'base64');
    const changed = (at: number) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy.toString('base64');
    };
    const bad: [string, string][] = [
      ...[0, 1, 2, 18, 21, 22, 54, 70, bytes.length - 1].map((at): [string, string] => [
        resource,
        changed(at),
      ]),
      [another, wrapped],
      [kms.newResource(ann), wrapped],
      [resource, 'AQE='],
      [resource, bytes.subarray(0, 60).toString('base64')],
    ];
    for (const [name, text] of bad)
      expect((await calls.unwrap(ann, name, text)).code).toBe('WRAPPED_KEY_INVALID');
  });

  it('compares the name inside, whatever the bytes of the other resource are', async () => {
    const [resource, another] = [kms.newResource(ann), kms.newResource(ann)];
    const { wrapped } = await calls.wrap(ann, resource);
    await calls.wrap(ann, another);
    const place = (name: string) => ({ table: 'resources', column: 'secret', row: `sealkeep/${name}` });
    const row = await kms.database
      .selectFrom('resources')
      .select('secret')
      .where('name', '=', resource)
      .executeTakeFirstOrThrow();
    const secret = kms.atRest
      .open(place(resource), row.secret)
      .use((bytes) => kms.atRest.seal(place(another), bytes));
    await kms.database.updateTable('resources').set({ secret }).where('name', '=', another).execute();
    expect((await calls.unwrap(ann, another, wrapped)).code).toBe('RESOURCE_MISMATCH');
    expect((await calls.unwrap(ann, resource, wrapped)).body).toEqual({ key: DEK });
  });

  it('opens with versions that may open, and says of the others why not', async () => {
    const resource = kms.newResource(ann);
    const { wrapped } = await calls.wrap(ann, resource);
    const kek = await firstKekOf(ann);
    await kms.database.transaction().execute((transaction) => rotateKek(kms, transaction, kek));
    const answers = {
      readable: undefined,
      retired: undefined,
      disabled: 'KEY_VERSION_DISABLED',
      destruction_scheduled: 'KEY_VERSION_DESTROYED',
      destroyed: 'KEY_VERSION_DESTROYED',
    } as const;
    for (const [status, code] of Object.entries(answers)) {
      await kms.database
        .updateTable('kek_versions')
        .set({ status: status as keyof typeof answers })
        .where('kek_id', '=', kek)
        .where('version', '=', 1)
        .execute();
      expect((await calls.unwrap(ann, resource, wrapped)).code).toBe(code);
    }
  });

  it("wraps under the owner's KEK that is named, and nobody else's", async () => {
    const kek = { realm: OWN_REALM, ownerId: ann.id, isFirst: false, createdAt: 1 };
    const further = await kms.database
      .transaction()
      .execute((transaction) => createKek(transaction, kms.atRest, kek));
    const resource = kms.newResource(ann);
    const { wrapped } = await calls.wrap(ann, resource, { key_id: further });
    expect(kekIdOf(wrapped)).toBe(further);
    expect((await calls.unwrap(ann, resource, wrapped)).status).toBe(200);
    expect(kekIdOf((await calls.wrap(ann, resource)).wrapped)).toBe(await firstKekOf(ann));
    for (const key_id of [await firstKekOf(bob), randomId(), '']) {
      expect((await calls.wrap(ann, resource, { key_id })).code).toBe('REQUEST_INVALID');
    }
  });

  it('holds the limits of kacls.md §1.1', async () => {
    const resource = kms.newResource(ann);
    const bytes = (length: number) => Buffer.alloc(length, 1).toString('base64');
    const longest = await calls.wrap(ann, resource, { key: bytes(128), reason: 'r'.repeat(1024) });
    expect(longest.status).toBe(200);
    expect(longest.wrapped.length).toBeLessThanOrEqual(1024);
    for (const bad of [
      { key: bytes(129) },
      { key: '' },
      { key: '!!!!' },
      { key: 'a-_b' },
      { key: 7 },
      { key: undefined },
      { reason: 'r'.repeat(1025) },
      { reason: 1 },
      { authentication: '' },
      { authentication: 'x'.repeat(16_385) },
      { authorization: undefined },
    ]) {
      expect((await calls.wrap(ann, resource, bad)).code).toBe('REQUEST_INVALID');
    }
    expect((await calls.unwrap(ann, resource, bytes(769))).code).toBe('REQUEST_INVALID');
  });

  it('keeps to a perimeter where one is drawn', async () => {
    const seen: string[] = [];
    const strict = await startKeyService({
      isWithinPerimeter({ perimeterId, authentication }) {
        seen.push(`${perimeterId} ${authentication.claims['email']}`);
        return perimeterId === 'here';
      },
    });
    const eve = await strict.addPerson('eve');
    const resource_name = strict.newResource(eve);
    const wrapIn = async (perimeter_id: string) =>
      strict.call('POST', '/wrap', {
        authentication: await strict.authenticationOf(eve),
        authorization: await strict.authorizationOf(eve, { resource_name, perimeter_id }),
        key: DEK,
      });
    expect(strict.codeOf(await wrapIn('there'))).toBe('PERIMETER_REFUSED');
    const { wrapped_key } = (await wrapIn('here')).body;
    const reply = await strict.call('POST', '/unwrap', {
      authentication: await strict.authenticationOf(eve),
      authorization: await strict.authorizationOf(eve, { resource_name, perimeter_id: 'moved' }),
      wrapped_key,
    });
    expect(reply.body).toEqual({ key: DEK });
    expect(seen).toEqual(['there eve', 'here eve', 'here eve']);
    await strict.close();
  });
});
