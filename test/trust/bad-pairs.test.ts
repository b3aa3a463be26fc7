import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportKey } from '../../agent/jobs/export-key.ts';
import { proveFiles } from '../../agent/jobs/prove-files.ts';
import { type VerifiedFile, verifyFiles } from '../../agent/jobs/verify-files.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { startMeddlingProxy } from '../support/meddling-proxy.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
let pair: { enc: string; key: string };
let good: { enc: string; key: string };
let other: { enc: string; key: string };
let count = 0;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  good = await alice.sealed('good.txt', 'good');
  other = await alice.sealed('other.txt', 'other');
});
afterAll(() => world.close());
beforeEach(async () => {
  count += 1;
  pair = await alice.sealed(`bad ${count}.txt`, 'what was sealed');
});

type Json = Record<string, unknown>;
async function changeKey(change: (json: Json) => unknown): Promise<void> {
  await writeFile(pair.key, JSON.stringify(change(JSON.parse(await readFile(pair.key, 'utf8')) as Json)));
}
async function changeEnc(change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(pair.enc, change(await readFile(pair.enc)));
}

/** Opens the bad file between two good ones, which open; the bad one leaves nothing. */
async function refusedAmongGoodOnes(code: string): Promise<string> {
  const before = await alice.names();
  const { finished, failed } = await alice.open(good.enc, pair.enc, other.enc);
  const opened = finished.map(({ out }) => path.basename(out)).sort();
  expect(opened).toEqual(['good (2).txt', 'other (2).txt']);
  expect(failed.map(({ file, error }) => [file, error.code])).toEqual([[pair.enc, code]]);
  expect((await alice.names()).filter((name) => !opened.includes(name))).toEqual(before);
  for (const { out } of finished) await rm(out);
  return sentencesOf(failed)[0] ?? '';
}

describe('a bad .enc is refused, says which file, leaves nothing, and the good ones beside it open', () => {
  test.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['of zero bytes', () => Buffer.alloc(0), 'FILE_NOT_SEALED'],
    [
      'with another magic',
      (bytes) => Buffer.concat([Buffer.from('XEALKEEP'), bytes.subarray(8)]),
      'FILE_NOT_SEALED',
    ],
    ['that is another program’s', () => Buffer.from('%PDF-1.7 and so on'), 'FILE_NOT_SEALED'],
    ['of a future version', (bytes) => set(bytes, 8, 2), 'FILE_TOO_NEW'],
    ['cut in the prelude', (bytes) => bytes.subarray(0, 40), 'FILE_DAMAGED'],
    ['cut behind the prelude', (bytes) => bytes.subarray(0, preludeEnd(bytes)), 'FILE_DAMAGED'],
    ['cut by one byte', (bytes) => bytes.subarray(0, -1), 'FILE_DAMAGED'],
    ['longer by one byte', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]), 'FILE_DAMAGED'],
    ['with a flipped bit in the salt', (bytes) => flip(bytes, preludeEnd(bytes) + 5), 'FILE_DAMAGED'],
    ['with a flipped bit in the ciphertext', (bytes) => flip(bytes, bytes.length - 20), 'FILE_DAMAGED'],
    ['with a flipped bit in the tag', (bytes) => flip(bytes, bytes.length - 1), 'FILE_DAMAGED'],
    ['whose header is no JSON', (bytes) => set(bytes, 13, 0x58), 'FILE_DAMAGED'],
    ['whose header claims 4 GiB', (bytes) => set(bytes, 9, 0xff), 'FILE_DAMAGED'],
    [
      'whose kacls_url was changed',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('kms.sealkeep', 'kmz.sealkeep'), 'latin1'),
      'FILE_DAMAGED',
    ],
  ])('%s', async (_, change, code) => {
    await changeEnc(change);
    expect(await refusedAmongGoodOnes(code)).toContain(pair.enc);
  });

  test('with segments in another order', async () => {
    const MIB = 1024 * 1024;
    pair = await alice.sealed(`large ${count}.bin`, Buffer.alloc(3 * MIB, 7));
    await changeEnc((bytes) => {
      const start = preludeEnd(bytes);
      const [second, third] = [start + MIB, start + 2 * MIB];
      return Buffer.concat([
        bytes.subarray(0, second),
        bytes.subarray(third, third + MIB),
        bytes.subarray(second, third),
        bytes.subarray(third + MIB),
      ]);
    });
    expect(await refusedAmongGoodOnes('FILE_DAMAGED')).toContain('large');
  });
});

describe('a bad .key is refused, says which file, leaves nothing, and the good pairs beside it open', () => {
  test.each<[string, (json: Json) => unknown, string]>([
    ['that is no object', () => [], 'KEY_FILE_INVALID'],
    ['of another format', (json) => ({ ...json, format: 'other' }), 'KEY_FILE_INVALID'],
    ['of a future version', (json) => ({ ...json, version: 2, name: undefined }), 'KEY_FILE_TOO_NEW'],
    ['without a mac', (json) => ({ ...json, mac: undefined }), 'KEY_FILE_INVALID'],
    ['of more than 8 KiB', (json) => ({ ...json, more: 'x'.repeat(8192) }), 'KEY_FILE_INVALID'],
    ['with another name', (json) => ({ ...json, name: '../../etc/passwd' }), 'KEY_FILE_ALTERED'],
    ['with another size', (json) => ({ ...json, size: 1 }), 'KEY_FILE_ALTERED'],
    ['with another date', (json) => ({ ...json, created_at: '2020-01-01T00:00:00Z' }), 'KEY_FILE_ALTERED'],
    [
      'with another mac',
      (json) => ({ ...json, mac: Buffer.alloc(32).toString('base64') }),
      'KEY_FILE_ALTERED',
    ],
    [
      'with a flipped bit in the wrapped key',
      (json) => ({ ...json, wrapped_key: flipped(json) }),
      'WRAPPED_KEY_INVALID',
    ],
    ['with a wrapped key that is cut', (json) => ({ ...json, wrapped_key: 'AQEA' }), 'WRAPPED_KEY_INVALID'],
    [
      'with a wrapped key that is no base64',
      (json) => ({ ...json, wrapped_key: '…nonsense…' }),
      'KEY_FILE_INVALID',
    ],
  ])('%s', async (_, change, code) => {
    await changeKey(change);
    expect(await refusedAmongGoodOnes(code)).toContain(path.basename(pair.key, '.key'));
  });

  test('of another file', async () => {
    await writeFile(pair.key, await readFile(good.key));
    await refusedAmongGoodOnes('KEY_FILE_MISMATCH');
  });

  test('that claims this file’s resource with another one’s wrapped key', async () => {
    const other = JSON.parse(await readFile(good.key, 'utf8')) as Json;
    await changeKey((json) => ({ ...json, wrapped_key: other['wrapped_key'] }));
    await refusedAmongGoodOnes('WRAPPED_KEY_INVALID');
  });

  test('that is a folder', async () => {
    await rm(pair.key);
    await mkdir(pair.key);
    await refusedAmongGoodOnes('FILE_NOT_A_FILE');
  });

  test.skipIf(platform === 'win32')('that is a pipe', async () => {
    await rm(pair.key);
    execFileSync('mkfifo', [pair.key]);
    expect(await refusedAmongGoodOnes('FILE_NOT_A_FILE')).toContain(pair.key);
  });
});

test.skipIf(platform === 'win32')(
  'a pipe or a device in place of a .key holds up nothing: verify finds the registry’s copy, all else refuses',
  async () => {
    const { jobs } = alice.agent;
    const { enc, key } = pair;
    const makers = [() => execFileSync('mkfifo', [key]), () => symlink('/dev/zero', key)];
    for (const make of makers) {
      await rm(key, { force: true });
      await make();
      const verified: string[] = [];
      const report = { ...collector().report, verified: (file: VerifiedFile) => verified.push(file.key) };
      await verifyFiles(jobs, { sources: [enc] }, report);
      expect(verified).toEqual(['registry']);
      const askCode = async () => '123456';
      await expect(exportKey(jobs, { source: enc, askCode })).rejects.toMatchObject({
        code: 'FILE_NOT_A_FILE',
      });
      const proving = collector();
      const files = [{ original: await alice.write(`bad ${count}.txt`, 'what was sealed'), enc }];
      await proveFiles(jobs, { files }, { ...proving.report, proved: () => expect.unreachable() });
      expect(proving.failed.map(({ error }) => error.code)).toEqual(['FILE_NOT_A_FILE']);
    }
  },
);

test('a changed kacls_url in a .key decides nothing: the file opens, and nobody is asked there', async () => {
  const stranger = await startMeddlingProxy(() => world.kms.address);
  await changeKey((json) => ({ ...json, kacls_url: stranger.address }));
  const { finished, failed } = await alice.open(pair.enc);
  expect([finished.length, failed, stranger.seen]).toEqual([1, [], []]);
  await stranger.close();
});

test.each([
  ['a pair', true],
  ['a .enc alone', false],
])(
  '%s that names another KMS is refused with its name, and no request goes there',
  async (_, isKeyBeside) => {
    const stranger = await startMeddlingProxy(() => world.kms.address);
    // What somebody else's KMS sealed: a resource of an owner whom nobody knows here, and a wrapped key of that KMS.
    const resource_name = `//sealkeep/${'A'.repeat(22)}/${'B'.repeat(22)}`;
    const { bytes } = encodePrelude({ resource_name, kacls_url: stranger.address });
    await changeEnc((sealed) => Buffer.concat([bytes, sealed.subarray(preludeEnd(sealed))]));
    await changeKey((json) => ({ ...json, resource_name, kacls_url: stranger.address }));
    if (!isKeyBeside) await rm(pair.key);
    expect(await refusedAmongGoodOnes('FILE_OTHER_KMS')).toContain(stranger.address);
    expect(stranger.seen).toEqual([]);
    await stranger.close();
  },
);

test('a pair of one’s own that the cloud does not know was sealed after the backup that was restored', async () => {
  const { resource_name: own } = JSON.parse(await readFile(pair.key, 'utf8')) as Record<string, string>;
  const resource_name = `${own?.slice(0, own.lastIndexOf('/'))}/${'B'.repeat(22)}`;
  const { bytes } = encodePrelude({ resource_name, kacls_url: world.kms.address });
  await changeEnc((sealed) => Buffer.concat([bytes, sealed.subarray(preludeEnd(sealed))]));
  await changeKey((json) => ({ ...json, resource_name }));
  expect(await refusedAmongGoodOnes('FILE_FORGOTTEN')).toContain(`bad ${count}.txt.enc is yours`);
  const { report, failed } = collector();
  await verifyFiles(
    alice.agent.jobs,
    { sources: [pair.enc] },
    { ...report, verified: () => expect.unreachable() },
  );
  expect(failed.map(({ error }) => error.code)).toEqual(['FILE_FORGOTTEN']);
});

test('a pair of a foreign realm’s KMS is refused with its name', async () => {
  const resource_name = '//googleapis.com/drive/files/x';
  const { bytes } = encodePrelude({ resource_name, kacls_url: 'https://kms.elsewhere.test' });
  await changeEnc((sealed) => Buffer.concat([bytes, sealed.subarray(preludeEnd(sealed))]));
  await changeKey((json) => ({ ...json, resource_name, kacls_url: 'https://kms.elsewhere.test' }));
  expect(await refusedAmongGoodOnes('FILE_OTHER_KMS')).toContain('https://kms.elsewhere.test');
});

test('a lost .key comes back from the registry, also where it was renamed away', async () => {
  await rename(pair.key, `${pair.key}.away`);
  const { finished } = await alice.open(pair.enc);
  expect(finished).toHaveLength(1);
  const [back, away] = await Promise.all(
    [pair.key, `${pair.key}.away`].map((file) => readFile(file, 'utf8')),
  );
  expect(JSON.parse(back ?? '')).toEqual(JSON.parse(away ?? '""'));
});

test('a prelude of our KMS with a name that is none of ours is refused before anyone is asked', async () => {
  const { bytes } = encodePrelude({ resource_name: 'nonsense', kacls_url: world.kms.config.url });
  await changeEnc((sealed) => Buffer.concat([bytes, sealed.subarray(preludeEnd(sealed))]));
  await refusedAmongGoodOnes('RESOURCE_MISMATCH');
});

function preludeEnd(bytes: Buffer): number {
  return 13 + bytes.readUInt32BE(9);
}
function set(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}
function flip(bytes: Buffer, at: number): Buffer {
  return set(bytes, at, (bytes[at] ?? 0) ^ 1);
}
function flipped(json: Json): string {
  const bytes = Buffer.from(String(json['wrapped_key']), 'base64');
  return flip(bytes, bytes.length - 1).toString('base64');
}
