import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { openBlobFolder } from './blobs/blob-folder.ts';
import { asNoRoom } from './blobs/no-room.ts';
import type { CloudSchema } from './stores/schema.ts';
import { alice, cloudToken, startTestCloud, type TestCloud } from './testing/test-cloud.ts';
import { codeOfReply, makePair, register, storedPair, uploadPair } from './testing/test-pair.ts';

describe('an upload that breaks off', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud();
  });
  afterEach(() => cloud.stop());

  test.each(['enc_file', 'enc_key'])('inside %s leaves nothing and changes nothing', async (part) => {
    const pair = await storedPair(cloud, alice, 'kept.txt', 'kept');
    const [kept] = cloud.blobs();
    const socket = connect(cloud.port, '127.0.0.1');
    const disposition = (name: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\n\r\n`;
    socket.write(
      [
        'POST /upload HTTP/1.1',
        'Host: cloud.test',
        `Authorization: Bearer ${await cloudToken(alice)}`,
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Length: 100000000\r\n\r\n',
      ].join('\r\n'),
    );
    socket.write(disposition('enc_file'));
    socket.write(pair.enc);
    socket.write(Buffer.alloc(1_000_000, 'y'));
    if (part === 'enc_key') socket.write(`\r\n${disposition('enc_key')}{"form`);
    await vi.waitFor(() => expect(cloud.blobs()).toHaveLength(2));
    socket.destroy();
    await vi.waitFor(() => expect(cloud.blobs()).toEqual([kept]));
    const reply = await cloud.call('GET', '/download/alice/kept.txt.enc', { as: alice });
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(pair.enc);
  });

  test('two of the same resource at once leave one whole pair', async () => {
    const first = await storedPair(cloud, alice, 'raced.txt', 'start');
    const racers = ['one', 'two', 'three'].map((word) =>
      makePair(alice, 'raced.txt', word.repeat(300_000), first.id),
    );
    const replies = await Promise.all(racers.map((pair) => uploadPair(cloud, alice, pair)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(cloud.blobs()).toHaveLength(1);
    const [enc, key] = await Promise.all(
      ['enc', 'key'].map((half) => cloud.call('GET', `/download/alice/raced.txt.${half}`, { as: alice })),
    );
    const bytes = Buffer.from((await enc?.arrayBuffer()) ?? new ArrayBuffer());
    const winner = racers.find((pair) => pair.enc.equals(bytes));
    expect(await key?.json()).toEqual(winner?.key);
  });
});

describe('a quota', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ config: { quotaBytes: 1_000_000 } });
    await storedPair(cloud, alice, 'small.txt', 'x'.repeat(300_000));
  });
  afterAll(() => cloud.stop());

  test('holds for all files of a person together', async () => {
    const before = cloud.blobs();
    const pair = makePair(alice, 'more.txt', 'x'.repeat(800_000));
    await register(cloud, alice, pair);
    const reply = await uploadPair(cloud, alice, pair);
    expect(reply.status).toBe(507);
    expect(await codeOfReply(reply)).toBe('CLOUD_QUOTA_EXCEEDED');
    expect(cloud.blobs()).toEqual(before);
  });

  test('counts what a file replaces as free', async () => {
    const first = await storedPair(cloud, alice, 'replaced.txt', 'x'.repeat(500_000));
    const second = makePair(alice, 'replaced.txt', 'y'.repeat(600_000), first.id);
    expect((await uploadPair(cloud, alice, second)).status).toBe(201);
  });

  test('refuses while the bytes still come', async () => {
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 65_536;
        this.push(Buffer.alloc(65_536, 'z'));
      },
    });
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write(
      [
        'POST /upload HTTP/1.1',
        'Host: cloud.test',
        `Authorization: Bearer ${await cloudToken(alice)}`,
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Length: 100000000000\r\n\r\n',
        '--b\r\nContent-Disposition: form-data; name="enc_file"; filename="x"\r\n\r\n',
      ].join('\r\n'),
    );
    endless.pipe(socket);
    const [head] = (await once(socket, 'data')) as [Buffer];
    endless.destroy();
    socket.destroy();
    expect(head.toString('latin1')).toMatch(/^HTTP\/1.1 507 /);
    expect(sent).toBeLessThan(100_000_000);
    expect(cloud.blobs().filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('at its start the cloud', () => {
  test('removes what crashes left, and nothing that it does not know', async () => {
    const cloud = await startTestCloud();
    const { dataFolder, blobsFolder } = cloud;
    const pair = await storedPair(cloud, alice, 'kept.txt', 'kept');
    const [kept] = cloud.blobs();
    // As a crash after the rename and before the commit leaves it, and one in the middle of the bytes.
    const database = openSqlite<CloudSchema>(path.join(dataFolder, 'cloud.sqlite'));
    await database.insertInto('unnamed_blobs').values({ blob: 'nobodys' }).execute();
    await database.destroy();
    for (const name of ['nobodys', '.half.sealkeep-tmp', 'of-another-database']) {
      writeFileSync(path.join(blobsFolder, name), 'left');
    }
    const again = await startTestCloud({ dataFolder });
    expect(readdirSync(blobsFolder).toSorted()).toEqual([kept, 'of-another-database'].toSorted());
    const reply = await again.call('GET', '/download/alice/kept.txt.enc', { as: alice });
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(pair.enc);
    await again.stop();
    await cloud.stop();
  });
});

test.each([
  [Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }), 'CLOUD_QUOTA_EXCEEDED'],
  [Object.assign(new Error('full'), { code: 'EDQUOT' }), 'CLOUD_QUOTA_EXCEEDED'],
  [Object.assign(new Error('broken'), { code: 'EIO' }), 'EIO'],
])('%j is told as it is', (error, code) => {
  expect(asNoRoom(error)).toMatchObject({ code });
});

describe('when the commit fails', () => {
  test('the old pair stays, and no blob is left', async () => {
    const cloud = await startTestCloud();
    const pair = await storedPair(cloud, alice, 'kept.txt', 'kept');
    const before = cloud.blobs();
    const database = openSqlite<CloudSchema>(path.join(cloud.dataFolder, 'cloud.sqlite'));
    await sql`create trigger fails before update on files begin select raise(abort, 'the disk is gone'); end`.execute(
      database,
    );
    const failed = await uploadPair(cloud, alice, makePair(alice, 'kept.txt', 'new', pair.id));
    expect(await codeOfReply(failed)).toBe('INTERNAL');
    expect(cloud.blobs()).toEqual(before);
    await sql`drop trigger fails`.execute(database);
    expect(await database.selectFrom('unnamed_blobs').selectAll().execute()).toEqual([]);
    await database.destroy();
    const [enc, key] = await Promise.all(
      ['enc', 'key'].map((half) => cloud.call('GET', `/download/alice/kept.txt.${half}`, { as: alice })),
    );
    expect(Buffer.from((await enc?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(pair.enc);
    expect(await key?.json()).toEqual(pair.key);
    await cloud.stop();
  });
});

test('a folder that cannot be written is told by /readyz', async () => {
  const cloud = await startTestCloud();
  expect((await cloud.call('GET', '/readyz')).status).toBe(200);
  chmodSync(cloud.blobsFolder, 0o500);
  const isRoot = process.getuid?.() === 0;
  expect((await cloud.call('GET', '/readyz')).status).toBe(isRoot ? 200 : 503);
  chmodSync(cloud.blobsFolder, 0o700);
  await cloud.stop();
});

test('a full disk is told as no room, and leaves no file', async () => {
  const cloud = await startTestCloud();
  const folder = path.join(cloud.dataFolder, 'other');
  const blobs = await openBlobFolder(folder);
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const source = Readable.from(
    (function* () {
      yield Buffer.from('begun');
      throw full;
    })(),
  );
  await expect(blobs.receive(source, 100)).rejects.toMatchObject({ code: 'CLOUD_QUOTA_EXCEEDED' });
  expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
  await cloud.stop();
});
