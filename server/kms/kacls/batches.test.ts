import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceNamesSha256 } from '../../../core/crypto/hash.ts';
import type { Person } from '../identity/person.ts';
import { callsOf } from './testing/calls-of.ts';
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

describe('batches', () => {
  const LARGE = 1000;

  it(`takes ${LARGE}, in order, with an entry for each`, async () => {
    const items = calls.newItems(ann, LARGE);
    const before = (await kms.audit()).length;
    const wrapped = await calls.batch('wrap', ann, items);
    expect(wrapped.items.map((item) => item['resource_name'])).toEqual(
      items.map((item) => item.resource_name),
    );
    const entries = (await kms.audit()).slice(before);
    expect(entries.map((entry) => [entry.operation, entry.resource_name])).toEqual(
      items.map((item) => ['wrap', item.resource_name]),
    );
    const opened = await calls.batch('unwrap', ann, wrapped.items, { role: 'reader' });
    expect(opened.items).toEqual(items);
    const [one] = wrapped.items;
    expect((await calls.unwrap(ann, one?.['resource_name'] ?? '', one?.['wrapped_key'] ?? '')).body).toEqual({
      key: items[0]?.key,
    });
  });

  it('is bound to its names in their order', async () => {
    const items = calls.newItems(ann, 3);
    const names = items.map((item) => item.resource_name);
    for (const bound of [names.toReversed(), names.slice(1), [...names, 'more']]) {
      const claims = { resource_names_sha256: resourceNamesSha256(bound) };
      expect((await calls.batch('wrap', ann, items, claims)).code).toBe('RESOURCE_MISMATCH');
    }
  });

  it('and a single call take tokens of their own kind only', async () => {
    const items = calls.newItems(ann, 1);
    const [item] = items;
    const resource_name = item?.resource_name ?? '';
    const kinds = [
      { resource_names_sha256: undefined },
      { resource_names_sha256: undefined, resource_name },
      { resource_name },
    ];
    for (const claims of kinds)
      expect((await calls.batch('wrap', ann, items, claims)).code).toBe('AUTHORIZATION_INVALID');
  });

  it('is all or nothing', async () => {
    const items = calls.newItems(ann, 3);
    const { items: wrapped } = await calls.batch('wrap', ann, items);
    const spoilt = wrapped.map((item, index) =>
      index === 2 ? { ...item, wrapped_key: wrapped[0]?.['wrapped_key'] ?? '' } : item,
    );
    const reply = await calls.batch('unwrap', ann, spoilt);
    expect([reply.code, reply.items]).toEqual(['WRAPPED_KEY_INVALID', undefined]);
    const granted = await calls.batch('wrap', bob, items);
    expect(granted.code).toBe('GRANT_MISSING');
  });

  it('is of one owner and names none twice', async () => {
    const [one] = calls.newItems(ann, 1);
    const [two] = calls.newItems(bob, 1);
    if (!one || !two) throw new Error('no items');
    expect((await calls.batch('wrap', ann, [one, two])).code).toBe('REQUEST_INVALID');
    expect((await calls.batch('wrap', ann, [one, one])).code).toBe('REQUEST_INVALID');
    expect((await calls.batch('wrap', ann, [])).code).toBe('REQUEST_INVALID');
    expect((await calls.batch('wrap', ann, calls.newItems(ann, 1001))).code).toBe('REQUEST_INVALID');
  });
});
