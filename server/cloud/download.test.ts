import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, startTestCloud, type TestCloud } from './testing/test-cloud.ts';
import { codeOfReply, makePair, storedPair, type TestPair, uploadPair } from './testing/test-pair.ts';

let cloud: TestCloud;
let pair: TestPair;
let etag: string;
const TARGET = '/download/alice/ranged.txt.enc';

beforeAll(async () => {
  cloud = await startTestCloud();
  pair = await storedPair(cloud, alice, 'ranged.txt', 'x'.repeat(500));
  etag = (await cloud.call('HEAD', TARGET, { as: alice })).headers.get('etag') ?? '';
});
afterAll(() => cloud.stop());

function get(headers: Record<string, string>) {
  return cloud.call('GET', TARGET, { as: alice, headers });
}

describe('Range', () => {
  const size = () => pair.enc.length;
  test.each<[string, () => [number, number]]>([
    ['bytes=0-0', () => [0, 1]],
    ['bytes=10-19', () => [10, 20]],
    ['bytes=100-', () => [100, size()]],
    ['bytes=-5', () => [size() - 5, size()]],
    ['bytes=-99999', () => [0, size()]],
    ['bytes=0-99999', () => [0, size()]],
  ])('%s gives its part', async (range, expected) => {
    const [first, end] = expected();
    const reply = await get({ range });
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${first}-${end - 1}/${size()}`);
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(pair.enc.subarray(first, end));
  });

  test.each(['bytes=99999-', 'bytes=-0', 'bytes=99999-100000'])('%s is refused', async (range) => {
    const reply = await get({ range });
    expect(reply.status).toBe(416);
    expect(reply.headers.get('content-range')).toBe(`bytes */${size()}`);
    expect(await codeOfReply(reply)).toBe('CLOUD_RANGE_REFUSED');
  });

  test.each(['bytes=5-2', 'lines=1-2', 'bytes=-', 'bytes=0-1,4-5', 'nonsense'])(
    '%s is no range to heed',
    async (range) => {
      const reply = await get({ range });
      expect(reply.status).toBe(200);
      expect(Buffer.from(await reply.arrayBuffer())).toEqual(pair.enc);
    },
  );
});

describe('entity tags', () => {
  test.each<[string, () => string, number]>([
    ['its own', () => etag, 200],
    ['its own among others', () => `"a", ${etag}`, 200],
    ['any', () => '*', 200],
    ['another', () => '"another"', 412],
    ['a weak one', () => `W/${etag}`, 412],
  ])('If-Match with %s', async (_name, value, status) => {
    const reply = await get({ 'if-match': value() });
    expect(reply.status).toBe(status);
    if (status === 412) expect(await codeOfReply(reply)).toBe('CLOUD_PRECONDITION_FAILED');
    else expect(Buffer.from(await reply.arrayBuffer())).toEqual(pair.enc);
  });

  test('If-Range with another tag gives the whole', async () => {
    expect((await get({ range: 'bytes=0-1', 'if-range': '"another"' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
  });

  test('HEAD says what GET would', async () => {
    const reply = await cloud.call('HEAD', TARGET, { as: alice });
    expect(reply.headers.get('content-length')).toBe(String(pair.enc.length));
    expect(reply.headers.get('accept-ranges')).toBe('bytes');
  });

  test('the .key has one as well', async () => {
    const target = '/download/alice/ranged.txt.key';
    const tag = (await cloud.call('GET', target, { as: alice })).headers.get('etag') ?? '';
    const status = async (value: string) =>
      (await cloud.call('GET', target, { as: alice, headers: { 'if-match': value } })).status;
    expect([await status(tag), await status('"another"')]).toEqual([200, 412]);
  });
});

test('a download goes on with the old bytes while the file is replaced', async () => {
  const first = await storedPair(cloud, alice, 'large.bin', 'a'.repeat(8_000_000));
  const reply = await cloud.call('GET', '/download/alice/large.bin.enc', { as: alice });
  const reader = reply.body?.getReader();
  const begun = await reader?.read();
  const second = makePair(alice, 'large.bin', 'b'.repeat(100), first.id);
  expect((await uploadPair(cloud, alice, second)).status).toBe(201);
  const parts = [begun?.value ?? new Uint8Array()];
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) parts.push(part.value);
  expect(Buffer.concat(parts).equals(first.enc)).toBe(true);
  const now = await cloud.call('GET', '/download/alice/large.bin.enc', { as: alice });
  expect(Buffer.from(await now.arrayBuffer())).toEqual(second.enc);
});
