import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceNamesSha256 } from '../../../core/crypto/hash.ts';
import { randomId } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { WRAPPED_KEY_LAYOUT } from '../../../shared/formats/wrapped-key.ts';
import type { Person } from '../identity/person.ts';
import { kekPlace } from '../keyring/first-kek.ts';
import { startKeyService, type TestKeyService } from './testing/start-key-service.ts';

let kms: TestKeyService;
let ann: Person;
let bob: Person;
const DEK = Secret.random(34).use((bytes) => bytes.toString('base64'));

beforeAll(async () => {
  kms = await startKeyService();
  ann = await kms.addPerson('ann');
  bob = await kms.addPerson('bob');
});
afterAll(() => kms.close());

async function wrap(caller: Person, resource: string, more: Readonly<Record<string, unknown>> = {}) {
  const reply = await kms.call('POST', '/wrap', {
    authentication: await kms.authenticationOf(caller),
    authorization: await kms.authorizationOf(caller, { resource_name: resource, role: 'writer' }),
    key: DEK,
    ...more,
  });
  return { ...reply, code: kms.codeOf(reply), wrapped: String(reply.body['wrapped_key']) };
}

async function unwrap(caller: Person, resource: string, wrapped: string) {
  const reply = await kms.call('POST', '/unwrap', {
    authentication: await kms.authenticationOf(caller),
    authorization: await kms.authorizationOf(caller, { resource_name: resource, role: 'reader' }),
    wrapped_key: wrapped,
  });
  return { ...reply, code: kms.codeOf(reply) };
}

const kekIdOf = (wrapped: string) =>
  Buffer.from(wrapped, 'base64').toString(
    'base64url',
    WRAPPED_KEY_LAYOUT.keyId,
    WRAPPED_KEY_LAYOUT.keyVersion,
  );

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
    const { wrapped, body } = await wrap(ann, resource, { reason: "{client:'drive' op:'update'}" });
    expect(Object.keys(body)).toEqual(['wrapped_key']);
    expect(await unwrap(ann, resource, wrapped)).toMatchObject({ status: 200, body: { key: DEK } });
    const unpadded = await unwrap(ann, resource, wrapped.replace(/=+$/, ''));
    expect(unpadded.body).toEqual({ key: DEK });
  });

  it('counts generations, and leaves older wrapped keys good', async () => {
    const resource = kms.newResource(ann);
    const first = await wrap(ann, resource);
    const second = await wrap(ann, resource);
    const row = await kms.database
      .selectFrom('resources')
      .selectAll()
      .where('name', '=', resource)
      .executeTakeFirstOrThrow();
    expect(row.generation).toBe(2);
    expect((await unwrap(ann, resource, first.wrapped)).status).toBe(200);
    expect((await unwrap(ann, resource, second.wrapped)).status).toBe(200);
  });

  it('answers whatever does not open by one code', async () => {
    const [resource, another] = [kms.newResource(ann), kms.newResource(ann)];
    const { wrapped } = await wrap(ann, resource);
    await wrap(ann, another);
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
    for (const [name, text] of bad) expect((await unwrap(ann, name, text)).code).toBe('WRAPPED_KEY_INVALID');
  });

  it('opens with versions that are readable, and with no others', async () => {
    const resource = kms.newResource(ann);
    const { wrapped } = await wrap(ann, resource);
    const kek = await firstKekOf(ann);
    const answers: [string, string | undefined][] = [
      ['readable', undefined],
      ['retired', 'WRAPPED_KEY_INVALID'],
      ['disabled', 'WRAPPED_KEY_INVALID'],
      ['destruction_scheduled', 'WRAPPED_KEY_INVALID'],
      ['destroyed', 'WRAPPED_KEY_INVALID'],
      ['active', undefined],
    ];
    for (const [status, code] of answers) {
      await kms.database
        .updateTable('kek_versions')
        .set({ status: status as 'active' })
        .where('kek_id', '=', kek)
        .execute();
      expect((await unwrap(ann, resource, wrapped)).code).toBe(code);
    }
  });

  it("wraps under the owner's KEK that is named, and nobody else's", async () => {
    const further = randomId();
    const secret = Secret.random(32).use((bytes) => kms.atRest.seal(kekPlace(further, 1), bytes));
    await kms.database
      .insertInto('keks')
      .values({ id: further, realm: 'sealkeep', owner_id: ann.id, is_first: 0, created_at: 1 })
      .execute();
    await kms.database
      .insertInto('kek_versions')
      .values({ kek_id: further, version: 1, secret, status: 'active', created_at: 1 })
      .execute();
    const resource = kms.newResource(ann);
    const { wrapped } = await wrap(ann, resource, { key_id: further });
    expect(kekIdOf(wrapped)).toBe(further);
    expect((await unwrap(ann, resource, wrapped)).status).toBe(200);
    expect(kekIdOf((await wrap(ann, resource)).wrapped)).toBe(await firstKekOf(ann));
    for (const key_id of [await firstKekOf(bob), randomId(), '']) {
      expect((await wrap(ann, resource, { key_id })).code).toBe('REQUEST_INVALID');
    }
  });

  it('holds the limits of kacls.md §1.1', async () => {
    const resource = kms.newResource(ann);
    const bytes = (length: number) => Buffer.alloc(length, 1).toString('base64');
    const longest = await wrap(ann, resource, { key: bytes(128), reason: 'r'.repeat(1024) });
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
      expect((await wrap(ann, resource, bad)).code).toBe('REQUEST_INVALID');
    }
    expect((await unwrap(ann, resource, bytes(769))).code).toBe('REQUEST_INVALID');
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

describe('at rest', () => {
  it('opens files again after a restart, and holds no key in clear', async () => {
    const before = await startKeyService();
    const cleo = await before.addPerson('cleo');
    const resource_name = before.newResource(cleo);
    const tokens = async (service: TestKeyService) => ({
      authentication: await service.authenticationOf(cleo),
      authorization: await service.authorizationOf(cleo, { resource_name }),
    });
    const { wrapped_key } = (await before.call('POST', '/wrap', { ...(await tokens(before)), key: DEK }))
      .body;

    const kekRow = await before.database.selectFrom('kek_versions').selectAll().executeTakeFirstOrThrow();
    const resourceRow = await before.database.selectFrom('resources').selectAll().executeTakeFirstOrThrow();
    const canaries = [
      Buffer.from(DEK, 'base64'),
      before.installation.rootKey,
      before.atRest
        .open(kekPlace(kekRow.kek_id, kekRow.version), kekRow.secret)
        .use((bytes) => Buffer.from(bytes)),
      before.atRest
        .open({ table: 'resources', column: 'secret', row: `sealkeep/${resource_name}` }, resourceRow.secret)
        .use((bytes) => Buffer.from(bytes)),
    ];
    const { folder } = before.installation;
    const files = (await readdir(folder)).filter((name) => name.startsWith('kms.sqlite'));
    expect(files).toContain('kms.sqlite-wal');
    const stored = Buffer.concat(await Promise.all(files.map((name) => readFile(path.join(folder, name)))));
    expect(stored.includes(resource_name)).toBe(true);
    const places = [stored, Buffer.from(before.logLines.join('\n'))];
    for (const canary of canaries) {
      const forms = [canary, canary.toString('hex'), canary.toString('base64'), canary.toString('base64url')];
      for (const form of forms) expect(places.some((place) => place.includes(form))).toBe(false);
    }
    await before.close();

    const after = await startKeyService({ installation: before.installation });
    const reply = await after.call('POST', '/unwrap', { ...(await tokens(after)), wrapped_key });
    expect(reply.body).toEqual({ key: DEK });
    await after.close();
  });

  it('destroying a resource row makes every wrapped key of it worthless', async () => {
    const resource = kms.newResource(ann);
    const { wrapped } = await wrap(ann, resource);
    await kms.database.deleteFrom('resources').where('name', '=', resource).execute();
    expect((await unwrap(ann, resource, wrapped)).code).toBe('WRAPPED_KEY_INVALID');
    await wrap(ann, resource);
    expect((await unwrap(ann, resource, wrapped)).code).toBe('WRAPPED_KEY_INVALID');
  });

  it('keeps an audit log that nothing rewrites', async () => {
    const resource = kms.newResource(ann);
    await wrap(ann, resource, { reason: 'why\n<b>' });
    const [entry] = (await kms.audit()).slice(-1);
    expect(entry).toMatchObject({
      actor: 'ann',
      operation: 'wrap',
      resource_name: resource,
      reason: 'why\n<b>',
      decision: 'allowed',
      address: '127.0.0.1',
    });
    await expect(sql`UPDATE audit SET actor = 'eve'`.execute(kms.database)).rejects.toThrow('append-only');
    await expect(sql`DELETE FROM audit`.execute(kms.database)).rejects.toThrow('append-only');
  });

  it('wraps nothing that it cannot record', async () => {
    const resource = kms.newResource(ann);
    await sql`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(
      kms.database,
    );
    const refused = await wrap(ann, resource);
    await sql`DROP TRIGGER full`.execute(kms.database);
    expect(refused.status).toBe(500);
    expect(refused.body).not.toHaveProperty('wrapped_key');
    const rows = await kms.database
      .selectFrom('resources')
      .selectAll()
      .where('name', '=', resource)
      .execute();
    expect(rows).toEqual([]);
  });
});

describe('batches', () => {
  const LARGE = 1000;

  async function batch(
    operation: 'wrap' | 'unwrap',
    caller: Person,
    items: readonly Readonly<Record<string, string>>[],
    claims: Readonly<Record<string, unknown>> = {},
  ) {
    const names = items.map((item) => item['resource_name'] ?? '');
    const reply = await kms.call('POST', `/${operation}/batch`, {
      authentication: await kms.authenticationOf(caller),
      authorization: await kms.authorizationOf(caller, {
        resource_names_sha256: resourceNamesSha256(names),
        ...claims,
      }),
      reason: 'a folder',
      items,
    });
    return { ...reply, code: kms.codeOf(reply), items: reply.body['items'] as Record<string, string>[] };
  }
  const newItems = (owner: Person, count: number) =>
    Array.from({ length: count }, () => ({
      resource_name: kms.newResource(owner),
      key: Secret.random(32).use((bytes) => bytes.toString('base64')),
    }));

  it(`takes ${LARGE}, in order, with an entry for each`, async () => {
    const items = newItems(ann, LARGE);
    const before = (await kms.audit()).length;
    const wrapped = await batch('wrap', ann, items);
    expect(wrapped.items.map((item) => item['resource_name'])).toEqual(
      items.map((item) => item.resource_name),
    );
    const entries = (await kms.audit()).slice(before);
    expect(entries.map((entry) => [entry.operation, entry.resource_name])).toEqual(
      items.map((item) => ['wrap', item.resource_name]),
    );
    const opened = await batch('unwrap', ann, wrapped.items, { role: 'reader' });
    expect(opened.items).toEqual(items);
    const [one] = wrapped.items;
    expect((await unwrap(ann, one?.['resource_name'] ?? '', one?.['wrapped_key'] ?? '')).body).toEqual({
      key: items[0]?.key,
    });
  });

  it('is bound to its names in their order', async () => {
    const items = newItems(ann, 3);
    const names = items.map((item) => item.resource_name);
    for (const bound of [names.toReversed(), names.slice(1), [...names, 'more']]) {
      const claims = { resource_names_sha256: resourceNamesSha256(bound) };
      expect((await batch('wrap', ann, items, claims)).code).toBe('RESOURCE_MISMATCH');
    }
  });

  it('and a single call take tokens of their own kind only', async () => {
    const items = newItems(ann, 1);
    const [item] = items;
    const resource_name = item?.resource_name ?? '';
    const kinds = [
      { resource_names_sha256: undefined },
      { resource_names_sha256: undefined, resource_name },
      { resource_name },
    ];
    for (const claims of kinds)
      expect((await batch('wrap', ann, items, claims)).code).toBe('AUTHORIZATION_INVALID');
  });

  it('is all or nothing', async () => {
    const items = newItems(ann, 3);
    const { items: wrapped } = await batch('wrap', ann, items);
    const spoilt = wrapped.map((item, index) =>
      index === 2 ? { ...item, wrapped_key: wrapped[0]?.['wrapped_key'] ?? '' } : item,
    );
    const reply = await batch('unwrap', ann, spoilt);
    expect([reply.code, reply.items]).toEqual(['WRAPPED_KEY_INVALID', undefined]);
    const granted = await batch('wrap', bob, items);
    expect(granted.code).toBe('GRANT_MISSING');
  });

  it('is of one owner and names none twice', async () => {
    const [one] = newItems(ann, 1);
    const [two] = newItems(bob, 1);
    if (!one || !two) throw new Error('no items');
    expect((await batch('wrap', ann, [one, two])).code).toBe('REQUEST_INVALID');
    expect((await batch('wrap', ann, [one, one])).code).toBe('REQUEST_INVALID');
    expect((await batch('wrap', ann, [])).code).toBe('REQUEST_INVALID');
    expect((await batch('wrap', ann, newItems(ann, 1001))).code).toBe('REQUEST_INVALID');
  });
});
