import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '../../core/crypto/random.ts';
import { WRAPPED_PAGE, wrappedReply } from '../../shared/api/cloud/rewrapping.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { claimedKekVersion } from '../../shared/formats/wrapped-key.ts';
import {
  alice,
  cloudToken,
  KMS_URL,
  serviceToken,
  startTestCloud,
  type TestCloud,
} from './testing/test-cloud.ts';
import {
  codeOfReply,
  dataOfReply,
  makePair,
  storedPair,
  type TestPair,
  uploadPair,
  wrappedKey,
} from './testing/test-pair.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

/** The KEK version that a wrapped key says, as the KMS asks for it. */
function versionOf(wrapped: string): string {
  const { keyId, version } = claimedKekVersion(wrapped);
  return `${keyId}/${version}`;
}

const listPath = (wrapped: string, after?: string) =>
  `/keys/wrapped?version=${versionOf(wrapped)}${after === undefined ? '' : `&after=${after}`}`;

async function list(wrapped: string, after?: string) {
  const reply = await cloud.call('GET', listPath(wrapped, after), { token: await serviceToken() });
  return wrappedReply.parse(await dataOfReply(reply));
}

interface PairSwap {
  readonly pair: TestPair;
  readonly was: string;
  readonly to: string;
}

async function swap(...swaps: readonly PairSwap[]) {
  const items = swaps.map(({ pair, was, to }) => ({
    resource_name: pair.resourceName,
    was,
    wrapped_key: to,
  }));
  const reply = await cloud.call('POST', '/keys/rewrapped', { token: await serviceToken(), json: { items } });
  expect(reply.status).toBe(200);
  return dataOfReply(reply);
}

const putKey = async (key: TestPair['key']) => {
  const reply = await cloud.call('PUT', '/resources/keys', { as: alice, json: { items: [key] } });
  expect(reply.status).toBe(200);
};

/** The wrapped keys that the registry and the uploaded pair hold. */
async function held({ id, key }: TestPair) {
  const registered = await dataOfReply(await cloud.call('GET', `/resources/${id}/key`, { as: alice }));
  const uploaded = await cloud.call('GET', `/download/alice/${key.name}.key`, { as: alice });
  return {
    registry: parseKeyFile(JSON.stringify(registered)).wrapped_key,
    pair: parseKeyFile(await uploaded.text()).wrapped_key,
  };
}

describe('whoever is not the KMS itself is refused', () => {
  const CALLERS: Readonly<Record<string, () => Promise<string> | undefined>> = {
    nothing: () => undefined,
    'no token': async () => 'nonsense',
    "a person's cloud token": () => cloudToken(alice),
    'an authentication token': () => cloudToken(alice, { typ: 'sealkeep-kms+jwt', audience: KMS_URL }),
    'an authentication token for this cloud': () => cloudToken(alice, { typ: 'sealkeep-kms+jwt' }),
    'a service token for another audience': () => serviceToken({ audience: KMS_URL }),
    'a service token of another issuer': () => serviceToken({ issuer: 'https://evil.test' }),
    'an expired service token': () => serviceToken({ at: new Date(Date.now() - 3_600_000) }),
    'a service token under the key of cloud tokens': () => cloudToken(alice, { typ: 'sealkeep-service+jwt' }),
  };
  const old = wrappedKey(3);
  const items = [{ resource_name: makePair(alice, 'x').resourceName, was: old, wrapped_key: wrappedKey(4) }];
  const CALLS = [
    ['GET', listPath(old), {}],
    ['POST', '/keys/rewrapped', { json: { items } }],
  ] as const;

  test.each(Object.entries(CALLERS))('with %s', async (_name, token) => {
    const bearer = await token();
    for (const [method, path, options] of CALLS) {
      const reply = await cloud.call(method, path, {
        ...options,
        ...(bearer === undefined ? {} : { token: bearer }),
      });
      expect([reply.status, await codeOfReply(reply)]).toEqual([401, 'CLOUD_TOKEN_INVALID']);
    }
  });

  test('and the KMS is let in', async () => {
    for (const [method, path, options] of CALLS) {
      const reply = await cloud.call(method, path, { ...options, token: await serviceToken() });
      expect(reply.status).toBe(200);
    }
  });
});

describe('a rewrapped key', () => {
  test('takes its place in the registry and in the uploaded pair', async () => {
    const pair = await storedPair(cloud, alice, 'both.txt');
    await putKey(pair.key);
    const change = { pair, was: pair.key.wrapped_key, to: wrappedKey(4) };
    expect(await swap(change)).toEqual({ swapped: [true] });
    expect(await held(pair)).toEqual({ registry: change.to, pair: change.to });
    // What the KMS asks again, since the answer to it was lost.
    expect(await swap(change)).toEqual({ swapped: [true] });
    expect(await held(pair)).toEqual({ registry: change.to, pair: change.to });
  });

  test('takes nothing whose former one is not what stands there, and each item is on its own', async () => {
    const [pair, other] = [
      await storedPair(cloud, alice, 'other-was.txt'),
      await storedPair(cloud, alice, 'good.txt'),
    ];
    for (const { key } of [pair, other]) await putKey(key);
    const stands = pair.key.wrapped_key;
    const answer = await swap(
      { pair, was: wrappedKey(2), to: wrappedKey(4) },
      { pair: other, was: stands, to: wrappedKey(4) },
      { pair: makePair(alice, 'nowhere.txt'), was: stands, to: wrappedKey(4) },
    );
    expect(answer).toEqual({ swapped: [false, true, false] });
    expect(await held(pair)).toEqual({ registry: stands, pair: stands });
    expect(await held(other)).toEqual({ registry: wrappedKey(4), pair: wrappedKey(4) });
  });

  test('leaves a newly sealed one in the registry, and follows the former into the pair', async () => {
    const pair = await storedPair(cloud, alice, 'sealed-anew.txt');
    const sealed = { ...pair.key, wrapped_key: wrappedKey(9), mac: Buffer.alloc(32, 9).toString('base64') };
    await putKey(sealed);
    expect(await swap({ pair, was: pair.key.wrapped_key, to: wrappedKey(4) })).toEqual({ swapped: [true] });
    expect(await held(pair)).toEqual({ registry: sealed.wrapped_key, pair: wrappedKey(4) });
  });

  test('touches neither where both were sealed anew', async () => {
    const pair = await storedPair(cloud, alice, 'uploaded-anew.txt');
    await putKey(pair.key);
    const key = { ...pair.key, wrapped_key: wrappedKey(9), mac: Buffer.alloc(32, 9).toString('base64') };
    await putKey(key);
    expect((await uploadPair(cloud, alice, { ...pair, key })).status).toBe(201);
    expect(await swap({ pair, was: pair.key.wrapped_key, to: wrappedKey(4) })).toEqual({ swapped: [false] });
    expect(await held(pair)).toEqual({ registry: wrappedKey(9), pair: wrappedKey(9) });
  });
});

test('more than one page is listed to its end, and nothing twice', async () => {
  const wrapped = wrappedKey(77);
  const pairs = Array.from({ length: 2 * WRAPPED_PAGE + 1 }, (_, index) => {
    const pair = makePair(alice, `page-${index}.txt`, 'ciphertext', randomId());
    return { ...pair, key: { ...pair.key, wrapped_key: wrapped } };
  });
  const files = pairs.map(({ id, key }) => ({ id, name: key.name, size: key.size }));
  await cloud.call('POST', '/resources', { as: alice, json: { files } });
  const items = pairs.map(({ key }) => key);
  const stored = await cloud.call('PUT', '/resources/keys', { as: alice, json: { items } });
  expect(await dataOfReply(stored)).toEqual({ stored: pairs.length });

  const pages = [await list(wrapped)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next)
    pages.push(await list(wrapped, next));
  expect(pages.map((page) => page.items.length)).toEqual([WRAPPED_PAGE, WRAPPED_PAGE, 1]);
  const listed = pages.flatMap((page) => page.items);
  expect(listed.map(({ resource_name }) => resource_name).sort()).toEqual(
    pairs.map(({ resourceName }) => resourceName).sort(),
  );
  expect(new Set(listed.map(({ wrapped_key }) => wrapped_key))).toEqual(new Set([wrapped]));
});
