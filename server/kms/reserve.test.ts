import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyLog } from '../../core/audit/verify-log.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import {
  enrol,
  PASSWORD,
  startTestKms,
  type TestKms,
  type TestPerson,
  totpCode,
} from '../../test/kms/start-test-kms.ts';
import { mountSmallDisk } from '../../test/support/small-disk.ts';
import { readLog } from './audit/read-log.ts';
import type { KmsSchema } from './store/schema.ts';

const RESERVE = 64 * 1024 * 1024;
let free = BigInt(RESERVE);
let looks = 0;
let kms: TestKms;
let ann: TestPerson;

beforeAll(async () => {
  kms = await startTestKms({
    config: { reserveBytes: RESERVE },
    freeBytes: async () => {
      looks += 1;
      return free;
    },
  });
  ann = await enrol(kms, 'ann');
});
afterAll(() => kms.close());
beforeEach(() => kms.advance(1));

const bearer = () => ann.confirmed.access_token;
const generate = () => kms.post('/keys/generate', {}, bearer());
const wrap = () => kms.post('/wrap', { authentication: 'a.b.c', authorization: 'a.b.c', key: 'AAAA' });

test('below the reserve nothing is done with keys, nobody registers, and what gets it going again is done', async () => {
  free = BigInt(RESERVE) - 1n;
  expect(await generate()).toMatchObject({ status: 507, code: 'STORE_FULL' });
  const { status, text } = await wrap();
  expect([status, text]).toEqual([507, expect.stringContaining('STORE_FULL')]);
  const grant = { resource_name: '//sealkeep/a/b', user: 'ben', role: 'reader' };
  expect((await kms.post('/grants', grant, bearer())).code).toBe('STORE_FULL');
  expect((await kms.post('/store-key', {}, bearer())).code).toBe('STORE_FULL');
  expect((await kms.post('/get-key', {}, bearer())).code).toBe('STORE_FULL');
  expect((await kms.call('GET', '/get-public-key/ann', { bearer: bearer() })).code).toBe('STORE_FULL');
  expect((await kms.post('/register', { user: 'ben', password: PASSWORD })).code).toBe('STORE_FULL');
  expect((await kms.call('GET', '/grants', { bearer: bearer() })).status).toBe(200);
  expect((await kms.call('GET', '/keys', { bearer: bearer() })).status).toBe(200);
  expect((await kms.call('GET', '/logins', { bearer: bearer() })).status).toBe(200);
  expect((await kms.call('DELETE', '/grants/none', { bearer: bearer() })).code).toBe('GRANT_NOT_FOUND');
  const login = { user: 'ann', password: PASSWORD, code: totpCode(ann.otpUri, kms.now()) };
  expect((await kms.post('/login', login)).status).toBe(200);
});

test('it goes on by itself once there is room, a second later at the most', async () => {
  free = 0n;
  expect((await generate()).code).toBe('STORE_FULL');
  free = BigInt(RESERVE);
  expect((await generate()).code).toBe('STORE_FULL');
  kms.advance(1);
  expect((await generate()).status).toBe(201);
});

test('the disk is asked once a second, however many call', async () => {
  free = BigInt(RESERVE);
  looks = 0;
  await Promise.all(Array.from({ length: 20 }, wrap));
  expect(looks).toBe(1);
});

test('a disk that is really full stops everything, loses nothing, and lets it go on once there is room', async () => {
  const disk = mountSmallDisk(8);
  if (!disk) return;
  const small = await startTestKms({ parent: disk.folder });
  const database = openSqlite<KmsSchema>(small.config.databaseFile);
  try {
    const ben = await enrol(small, 'ben');
    const stuffing = path.join(disk.folder, 'stuffing');
    await expect(writeFile(stuffing, Buffer.alloc(16 * 1024 * 1024))).rejects.toThrow('ENOSPC');
    const call = () => small.post('/keys/generate', {}, ben.confirmed.access_token);
    const login = { user: 'ben', password: 'not the right one', code: '000000' };
    let answer = await call();
    let kept = 0;
    for (; answer.status === 201; answer = await call()) kept += 1;
    expect(answer).toMatchObject({ status: 507, code: 'STORE_FULL' });
    expect((await small.post('/login', login)).code).toBe('STORE_FULL');
    await rm(stuffing);
    expect((await call()).status).toBe(201);
    const { count } = await database
      .selectFrom('keks')
      .select((row) => row.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    // The first key came with the person.
    expect(count).toBe(1 + kept + 1);
    expect(await verifyLog(readLog(database))).toMatchObject({ fault: undefined, failed: [] });
  } finally {
    await database.destroy();
    await small.close();
    disk.remove();
  }
});
