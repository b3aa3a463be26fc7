import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudFileList, uploadReply } from '../../shared/api/cloud/files.ts';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { alice, bob, startTestCloud, type TestCloud } from './testing/test-cloud.ts';
import {
  codeOfReply,
  dataOfReply,
  makePair,
  register,
  shareFile,
  storedPair,
  uploadPair,
  wrappedKey,
} from './testing/test-pair.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

describe('an uploaded pair', () => {
  test('comes back byte by byte, and its .key as text', async () => {
    const pair = makePair(alice, 'Übung 1.txt');
    await register(cloud, alice, pair);
    const reply = await uploadPair(cloud, alice, pair);
    expect(reply.status).toBe(201);
    expect(uploadReply.parse(await dataOfReply(reply))).toEqual({
      name: 'Übung 1.txt',
      size: pair.enc.length,
      resource_name: pair.resourceName,
    });
    const target = `/download/alice/${encodeURIComponent('Übung 1.txt')}`;
    const enc = await cloud.call('GET', `${target}.enc`, { as: alice });
    expect(Buffer.from(await enc.arrayBuffer())).toEqual(pair.enc);
    const key = await cloud.call('GET', `${target}.key`, { as: alice });
    expect(await key.text()).toBe(formatKeyFile(pair.key));
  });

  test('may bring its key as a text field', async () => {
    const pair = makePair(alice, 'field.txt');
    await register(cloud, alice, pair);
    const form = new FormData();
    form.append('enc_key', formatKeyFile(pair.key));
    form.append('enc_file', new Blob([new Uint8Array(pair.enc)]), 'x.enc');
    const reply = await cloud.call('POST', '/upload', { as: alice, body: form });
    expect(reply.status).toBe(201);
  });

  test('replaces itself, also under a new name, and leaves one blob', async () => {
    const first = await storedPair(cloud, alice, 'old name.txt', 'one');
    const before = cloud.blobs().length;
    const second = makePair(alice, 'new name.txt', 'two, longer', first.id);
    expect((await uploadPair(cloud, alice, second)).status).toBe(201);
    expect(cloud.blobs()).toHaveLength(before);
    const old = await cloud.call('GET', '/download/alice/old%20name.txt.enc', { as: alice });
    expect(await codeOfReply(old)).toBe('CLOUD_NOT_FOUND');
    const now = await cloud.call('GET', '/download/alice/new%20name.txt.enc', { as: alice });
    expect(Buffer.from(await now.arrayBuffer())).toEqual(second.enc);
  });

  test('keeps a name that another resource has', async () => {
    const first = await storedPair(cloud, alice, 'taken.txt', 'first');
    const before = cloud.blobs();
    const second = makePair(alice, 'taken.txt', 'second');
    await register(cloud, alice, second);
    const refused = await uploadPair(cloud, alice, second);
    expect(refused.status).toBe(409);
    expect(await codeOfReply(refused)).toBe('CLOUD_NAME_TAKEN');
    expect(cloud.blobs()).toEqual(before);
    const kept = await cloud.call('GET', '/download/alice/taken.txt.enc', { as: alice });
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(first.enc);
  });

  test('may have the name that somebody else uses', async () => {
    await storedPair(cloud, alice, 'same.txt', 'hers');
    const his = await storedPair(cloud, bob, 'same.txt', 'his');
    const reply = await cloud.call('GET', '/download/bob/same.txt.enc', { as: bob });
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(his.enc);
  });
});

describe('lists', () => {
  test('say what is there, whose it is and with whom it is shared', async () => {
    await storedPair(cloud, bob, 'listed.txt', 'content');
    await shareFile(cloud, bob, { name: 'listed.txt', with: 'ALICE', role: 'writer' });
    const own = cloudFileList.parse(await dataOfReply(await cloud.call('GET', '/list/bob', { as: bob })));
    expect(own.find(({ name }) => name === 'listed.txt')).toMatchObject({
      owner: 'bob',
      role: 'owner',
      size: 7,
      shared_with: ['alice'],
      key_version: 3,
    });
    for (const target of ['/list/bob', '/shared-with-me']) {
      const data = await dataOfReply(await cloud.call('GET', target, { as: alice }));
      expect(cloudFileList.parse(data)).toMatchObject([
        { name: 'listed.txt', owner: 'bob', role: 'writer', shared_with: [] },
      ]);
    }
  });

  test('are empty, not missing, for who has nothing', async () => {
    const dave = { id: 'dave'.padEnd(22, '_'), name: 'dave' };
    expect(await dataOfReply(await cloud.call('GET', '/list/dave', { as: dave }))).toEqual([]);
  });
});

describe('the registry', () => {
  test('follows a rewrapped key into the pair, and keeps a newly sealed one apart', async () => {
    const pair = await storedPair(cloud, alice, 'rotated.txt');
    const rewrapped = { ...pair.key, wrapped_key: wrappedKey(4) };
    const put = (item: unknown) =>
      cloud.call('PUT', '/resources/keys', { as: alice, json: { items: [item] } });
    expect(await dataOfReply(await put(rewrapped))).toEqual({ stored: 1 });
    const downloaded = () => cloud.call('GET', '/download/alice/rotated.txt.key', { as: alice });
    expect(await (await downloaded()).text()).toBe(formatKeyFile(rewrapped));

    const sealedAnew = {
      ...pair.key,
      wrapped_key: wrappedKey(5),
      mac: Buffer.alloc(32, 9).toString('base64'),
    };
    await put(sealedAnew);
    expect(await (await downloaded()).text()).toBe(formatKeyFile(rewrapped));
    const registered = await cloud.call('GET', `/resources/${pair.id}/key`, { as: alice });
    expect(await dataOfReply(registered)).toEqual(sealedAnew);
    const data = await dataOfReply(await cloud.call('GET', '/list/alice', { as: alice }));
    expect(cloudFileList.parse(data).find(({ name }) => name === 'rotated.txt')?.key_version).toBe(5);
  });

  test('takes all or nothing', async () => {
    const [first, second] = [makePair(alice, 'a.txt'), makePair(alice, 'b.txt')];
    await register(cloud, alice, first);
    const json = { items: [first.key, second.key] };
    const refused = await cloud.call('PUT', '/resources/keys', { as: alice, json });
    expect(await codeOfReply(refused)).toBe('CLOUD_NOT_FOUND');
    const key = await cloud.call('GET', `/resources/${first.id}/key`, { as: alice });
    expect(await codeOfReply(key)).toBe('CLOUD_NOT_FOUND');
  });

  test.each([
    ['AAAA', 'CLOUD_PAIR_INVALID'],
    ['not base64!', 'REQUEST_INVALID'],
    [wrappedKey(0), 'CLOUD_PAIR_INVALID'],
  ])('refuses the wrapped key %s', async (wrapped_key, code) => {
    const pair = makePair(alice, 'malformed.txt');
    await register(cloud, alice, pair);
    const json = { items: [{ ...pair.key, wrapped_key }] };
    const refused = await cloud.call('PUT', '/resources/keys', { as: alice, json });
    expect(await codeOfReply(refused)).toBe(code);
  });
});

describe('deleting', () => {
  test('takes the pair and leaves the resource and its key', async () => {
    const pair = await storedPair(cloud, alice, 'gone.txt');
    const before = cloud.blobs().length;
    const reply = await cloud.call('DELETE', '/files/alice/gone.txt.enc', { as: alice });
    expect(await dataOfReply(reply)).toEqual({ name: 'gone.txt', resource_name: pair.resourceName });
    expect(cloud.blobs()).toHaveLength(before - 1);
    const file = await cloud.call('GET', '/download/alice/gone.txt.enc', { as: alice });
    expect(await codeOfReply(file)).toBe('CLOUD_NOT_FOUND');
    const key = await cloud.call('GET', `/resources/${pair.id}/key`, { as: alice });
    expect(await dataOfReply(key)).toEqual(pair.key);
    expect((await uploadPair(cloud, alice, pair)).status).toBe(201);
  });
});
