import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { alice, startTestCloud, type TestCloud } from './testing/test-cloud.ts';
import { codeOfReply, formOf, makePair, register, storedPair, wrappedKey } from './testing/test-pair.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

const BAD_NAMES = ['../x', '..', '/etc/passwd', 'a\\b', 'a\u0000b', '', 'x'.repeat(256), 'é'.repeat(200)];

test.each(BAD_NAMES)('a resource cannot be called %j', async (name) => {
  const json = { id: makePair(alice, 'x').id, name, size: 1 };
  const reply = await cloud.call('POST', '/resources', { as: alice, json });
  expect(await codeOfReply(reply)).toBe('REQUEST_INVALID');
});

test.each(BAD_NAMES)('nor a pair %j', async (name) => {
  const pair = makePair(alice, 'x.txt');
  await register(cloud, alice, pair);
  const form = formOf({ ...pair, key: { ...pair.key, name } });
  const reply = await cloud.call('POST', '/upload', { as: alice, body: form });
  expect(await codeOfReply(reply)).toBe('CLOUD_PAIR_INVALID');
  expect(cloud.blobs()).toEqual([]);
});

test.each(['..%2Fx.enc', '%2Fetc%2Fpasswd.enc', 'a%00b.enc', '...enc', '.enc', 'x.txt', 'cloud.sqlite'])(
  'and /download/alice/%s is no file',
  async (filename) => {
    const reply = await cloud.call('GET', `/download/alice/${filename}`, { as: alice });
    expect(await codeOfReply(reply)).toBe('REQUEST_INVALID');
  },
);

describe('bodies', () => {
  test.each([
    ['not JSON', '{"id":', 'application/json', 400, 'REQUEST_INVALID'],
    ['another type', 'id=1', 'application/x-www-form-urlencoded', 415, 'REQUEST_NOT_JSON'],
    ['an empty object', '{}', 'application/json', 400, 'REQUEST_INVALID'],
    ['an array', '[]', 'application/json', 400, 'REQUEST_INVALID'],
    ['no files', '{"files":[]}', 'application/json', 400, 'REQUEST_INVALID'],
    [
      'more than a batch',
      JSON.stringify('x'.repeat(5_000_000)),
      'application/json',
      413,
      'REQUEST_TOO_LARGE',
    ],
  ])('%s', async (_name, body, type, status, code) => {
    const headers = { 'content-type': type };
    const reply = await cloud.call('POST', '/resources', { as: alice, body, headers });
    expect(reply.status).toBe(status);
    expect(await codeOfReply(reply)).toBe(code);
  });

  test('more files than a batch has', async () => {
    const files = Array.from({ length: 1001 }, () => ({ id: makePair(alice, 'x').id, name: 'x', size: 1 }));
    const reply = await cloud.call('POST', '/resources', { as: alice, json: { files } });
    expect(await codeOfReply(reply)).toBe('REQUEST_INVALID');
  });

  test('a known path by another method', async () => {
    expect((await cloud.call('PUT', '/upload', { as: alice })).status).toBe(405);
    expect((await cloud.call('GET', '/nowhere', { as: alice })).status).toBe(404);
  });
});

describe('uploads', () => {
  const pair = makePair(alice, 'pair.txt');
  const other = makePair(alice, 'other.txt');
  const key = (text: string) => new Blob([text]);
  const enc = (bytes: Buffer) => new Blob([new Uint8Array(bytes)]);
  const good = formatKeyFile(pair.key);
  const tooNew = formatKeyFile(pair.key).replace('"version": 1', '"version": 2');

  beforeAll(async () => {
    await register(cloud, alice, pair);
  });

  test.each<[string, [string, string | Blob][], string]>([
    ['no parts', [], 'REQUEST_INVALID'],
    ['no key', [['enc_file', enc(pair.enc)]], 'REQUEST_INVALID'],
    ['no file', [['enc_key', key(good)]], 'REQUEST_INVALID'],
    [
      'two files',
      [
        ['enc_file', enc(pair.enc)],
        ['enc_file', enc(pair.enc)],
      ],
      'REQUEST_INVALID',
    ],
    [
      'another part',
      [
        ['enc_file', enc(pair.enc)],
        ['else', enc(pair.enc)],
      ],
      'REQUEST_INVALID',
    ],
    ['a large key', [['enc_key', key('x'.repeat(9000))]], 'REQUEST_TOO_LARGE'],
    ['a large key as text', [['enc_key', 'x'.repeat(9000)]], 'REQUEST_TOO_LARGE'],
    [
      'a key that is no JSON',
      [
        ['enc_file', enc(pair.enc)],
        ['enc_key', key('x')],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      'a key of a later version',
      [
        ['enc_file', enc(pair.enc)],
        ['enc_key', key(tooNew)],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      'a wrapped key of no version',
      [
        ['enc_file', enc(pair.enc)],
        ['enc_key', key(formatKeyFile({ ...pair.key, wrapped_key: wrappedKey(0) }))],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      'an unsealed file',
      [
        ['enc_file', key('plain text')],
        ['enc_key', key(good)],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      'an empty file',
      [
        ['enc_file', key('')],
        ['enc_key', key(good)],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      "another pair's file",
      [
        ['enc_file', enc(other.enc)],
        ['enc_key', key(good)],
      ],
      'CLOUD_PAIR_INVALID',
    ],
    [
      'an unregistered resource',
      [
        ['enc_file', enc(other.enc)],
        ['enc_key', key(formatKeyFile(other.key))],
      ],
      'CLOUD_NOT_FOUND',
    ],
  ])('%s', async (_name, parts, code) => {
    const form = new FormData();
    for (const [name, value] of parts) form.append(name, value);
    const reply = await cloud.call('POST', '/upload', { as: alice, body: form });
    expect(await codeOfReply(reply)).toBe(code);
    expect(cloud.blobs()).toEqual([]);
  });

  test.each([
    ['JSON', 'application/json', '{}'],
    ['no boundary', 'multipart/form-data', 'x'],
    [
      'a form that ends early',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="enc_file"; filename="x"\r\n\r\nabc',
    ],
  ])('%s', async (_name, type, body) => {
    const headers = { 'content-type': type };
    const reply = await cloud.call('POST', '/upload', { as: alice, body, headers });
    expect(await codeOfReply(reply)).toBe('REQUEST_INVALID');
    expect(cloud.blobs()).toEqual([]);
  });
});

describe('shares', () => {
  test.each([
    ['with oneself', { with: 'alice' }, 'REQUEST_INVALID'],
    ['with nobody', { with: 'a b' }, 'REQUEST_INVALID'],
    ['of the past', { until: '2020-01-01T00:00:00Z' }, 'REQUEST_INVALID'],
    ['in another role', { role: 'owner' }, 'REQUEST_INVALID'],
    ['of no file', { name: 'nothing.txt' }, 'CLOUD_NOT_FOUND'],
  ])('%s', async (_name, change, code) => {
    const pair = await storedPair(cloud, alice, `${crypto.randomUUID()}.txt`);
    const json = { name: pair.key.name, with: 'bob', role: 'reader', ...change };
    const reply = await cloud.call('POST', '/shares', { as: alice, json });
    expect(await codeOfReply(reply)).toBe(code);
  });

  test('a second one for the same person replaces the first', async () => {
    await storedPair(cloud, alice, 'twice.txt');
    const ids = [];
    for (const role of ['reader', 'writer']) {
      const json = { name: 'twice.txt', with: 'bob', role };
      const reply = await cloud.call('POST', '/shares', { as: alice, json });
      expect(reply.status).toBe(201);
      ids.push(((await reply.json()) as { data: { id: string } }).data.id);
    }
    expect(ids[0]).toBe(ids[1]);
    const list = await cloud.call('GET', '/shares?name=twice.txt', { as: alice });
    expect(await list.json()).toMatchObject({ data: [{ id: ids[0], with: 'bob', role: 'writer' }] });
  });
});
