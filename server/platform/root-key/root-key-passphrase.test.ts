import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Secret } from '../../../core/crypto/secret.ts';
import { loadRootKey, makeRootKey } from './load-root-key.ts';
import { providerOfSource } from './provider-of-source.ts';

const CHEAP = { memory: 8, passes: 1 };
const RIGHT = 'correct horse battery staple';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-passphrase-'));
  file = path.join(folder, 'keys', 'root.key');
});
afterEach(() => rm(folder, { recursive: true }));

const textOf = (key: Secret) => key.use((bytes) => bytes.toString('base64'));
const database = () => path.join(folder, 'kms.sqlite');
function withPassphrase(passphrase: string, asked: unknown[] = []) {
  const ask = async (question: unknown) => {
    asked.push(question);
    return passphrase;
  };
  return providerOfSource({ provider: 'passphrase', file }, { setting: 'KMS_ROOT_KEY', ask, cost: CHEAP });
}

test('is made at first need, and is the same under the same passphrase, in whatever Unicode form', async () => {
  const asked: unknown[] = [];
  const made = textOf(await loadRootKey(withPassphrase('caf\u00e9 caf\u00e9 caf\u00e9', asked), database()));
  await writeFile(database(), '');
  const again = withPassphrase('cafe\u0301 cafe\u0301 cafe\u0301', asked);
  expect(textOf(await loadRootKey(again, database()))).toBe(made);
  expect(asked).toEqual([
    { file, isNew: true },
    { file, isNew: false },
  ]);
  if (platform === 'win32') return;
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
});

test('its file says how it is wrapped, and not what it is', async () => {
  const key = await loadRootKey(withPassphrase(RIGHT));
  const content = await readFile(file, 'utf8');
  const [header = '', sealed = '', ...rest] = content.split('\n');
  expect(JSON.parse(header)).toEqual({
    sealkeep: 'root key',
    version: 1,
    kdf: 'argon2id',
    memory_kib: CHEAP.memory,
    passes: CHEAP.passes,
    lanes: 1,
    salt: expect.stringMatching(/^[\w+/]{22}==$/),
  });
  expect(Buffer.from(sealed, 'base64')).toHaveLength(12 + 32 + 16);
  expect(rest).toEqual(['']);
  for (const form of ['base64', 'hex', 'latin1'] as const) {
    expect(content).not.toContain(key.use((bytes) => bytes.toString(form)));
  }
});

describe('another passphrase, and any change of the file,', () => {
  test('is refused, and leaves the file as it is', async () => {
    await loadRootKey(withPassphrase(RIGHT));
    const before = await readFile(file);
    for (const wrong of ['', 'correct horse battery stapl', `${RIGHT} `]) {
      await expect(loadRootKey(withPassphrase(wrong), database())).rejects.toMatchObject({
        code: 'ROOT_PASSPHRASE_REFUSED',
        details: { file },
      });
    }
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(path.dirname(file))).toEqual(['root.key']);
  });

  test('is noticed at every byte', async () => {
    await loadRootKey(withPassphrase(RIGHT));
    const good = await readFile(file);
    // The line end after the last of it carries nothing.
    for (let index = 0; index < good.length - 1; index += 1) {
      const changed = Buffer.from(good);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await writeFile(file, changed);
      await expect(loadRootKey(withPassphrase(RIGHT)), `byte ${index}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(ROOT_PASSPHRASE_REFUSED|CONFIG_INVALID)$/),
      });
    }
  });

  test.each([
    ['a newer version', { version: 2 }],
    ['more memory than a file may ask for', { memory_kib: 4 * 1024 * 1024 }],
    ['more passes', { passes: 1_000_000 }],
    ['another derivation', { kdf: 'scrypt' }],
  ])('%s is not tried', async (_, other) => {
    await loadRootKey(withPassphrase(RIGHT));
    const [header = '', sealed] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${JSON.stringify({ ...JSON.parse(header), ...other })}\n${sealed}\n`);
    const asked: unknown[] = [];
    await expect(loadRootKey(withPassphrase(RIGHT, asked))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(asked).toEqual([]);
  });
});

describe('to be made before the first start', () => {
  test('it is made once and never over anything', async () => {
    await makeRootKey(withPassphrase(RIGHT), database());
    const before = await readFile(file);
    const asked: unknown[] = [];
    await expect(makeRootKey(withPassphrase(RIGHT, asked), database())).rejects.toMatchObject({
      code: 'ROOT_KEY_TAKEN',
      details: { file },
    });
    expect(asked).toEqual([]);
    expect(await readFile(file)).toEqual(before);
  });

  test('not beside a database that was made under another, nor beside the keychain’s', async () => {
    await writeFile(database(), '');
    await expect(makeRootKey(withPassphrase(RIGHT), database())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await rm(database());
    file = path.join(folder, 'root.key');
    await writeFile(`${file}.keychain`, '');
    await expect(makeRootKey(withPassphrase(RIGHT), database())).rejects.toMatchObject({
      code: 'ROOT_KEY_IN_KEYCHAIN',
    });
    expect(await readdir(folder)).toEqual(['root.key.keychain']);
  });

  test('of two that do it at once, one', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, () => makeRootKey(withPassphrase(RIGHT), database())),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await loadRootKey(withPassphrase(RIGHT));
    expect(await readdir(path.dirname(file))).toEqual(['root.key']);
  });
});
