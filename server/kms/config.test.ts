import { expect, test } from 'vitest';
import { readKmsConfig } from './config.ts';

test('former names are read in one spelling', () => {
  const environment = { KMS_FORMER_URLS: 'HTTPS://Old.Test/, http://127.0.0.1:3000' };
  expect(readKmsConfig(environment, '/data').formerUrls).toEqual([
    'https://old.test',
    'http://127.0.0.1:3000',
  ]);
});

test('privileged callers are addresses or names of ours, in one spelling', () => {
  const { privileged } = readKmsConfig({ KMS_PRIVILEGED: 'Takeout@X.org, Ann,' }, '/data');
  expect(privileged).toEqual(['takeout@x.org', 'ann']);
});

test('peers are KACLS URLs in one spelling; nobody is privileged and no peer there unless named', () => {
  const environment = { KMS_PEERS: 'HTTPS://Old.Test/v1/, http://127.0.0.1:4000' };
  expect(readKmsConfig(environment, '/data').peers).toEqual(['https://old.test/v1', 'http://127.0.0.1:4000']);
  expect(readKmsConfig({}, '/data')).toMatchObject({ privileged: [], peers: [] });
});

test('how secure sessions live', () => {
  expect(readKmsConfig({ KMS_SESSION_SLIDING: 'false', KMS_TOKEN_PREFIX: 'a.' }, '/data').session).toEqual({
    ttlMs: 900_000,
    isSliding: false,
    rotateWindowMs: 10_000,
    rotateMax: 5,
    tokenPrefix: 'a.',
  });
});

test.each<[string, string, Record<string, string>?]>([
  ['KMS_PORT', '0'],
  ['KMS_PRIVILEGED', 'ann,two words'],
  ['KMS_PRIVILEGED', '@x.org'],
  ['KMS_PRIVILEGED', 'a@b@c'],
  ['KMS_PEERS', 'old.test'],
  ['KMS_PEERS', 'http://old.test'],
  ['KMS_PEERS', 'https://a:b@old.test'],
  ['KMS_PEERS', 'https://kms.test/', { KMS_URL: 'https://kms.test' }],
  ['KMS_PEERS', 'https://was.test', { KMS_FORMER_URLS: 'https://was.test' }],
  ['KMS_SESSION_TTL_MS', '999'],
  ['KMS_SESSION_TTL_MS', '43200001'],
  ['KMS_SESSION_SLIDING', 'yes'],
  ['KMS_ROTATE_WINDOW_MS', '0'],
  ['KMS_ROTATE_MAX', '0'],
  ['KMS_TOKEN_PREFIX', 'a b'],
  ['KMS_TOKEN_PREFIX', 'a'.repeat(65)],
  ['KMS_FORMER_URLS', 'notaurl'],
  ['KMS_FORMER_URLS', 'https://old.test,http://other.test'],
])('%s=%s stops the start by its name', (name, value, more = {}) => {
  expect(() => readKmsConfig({ ...more, [name]: value }, '/data')).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.objectContaining({ name }) }),
  );
});

test.each([
  [{}, 'file', '/data/kms/keys/root.key'],
  [{ KEY_STORE_PATH: '/keys' }, 'file', '/keys/root.key'],
  [{ KEY_STORE_PATH: '/keys', KMS_ROOT_KEY: 'file:/other.key' }, 'file', '/other.key'],
  [{ KMS_ROOT_KEY: 'passphrase:/wrapped.key' }, 'passphrase', '/wrapped.key'],
])('with %j the root key is kept by %s at %s', (environment, provider, file) => {
  expect(readKmsConfig(environment, '/data').rootKey).toEqual({ provider, file });
});

test.each([
  ['keychain:', /only the desktop app/],
  ['pkcs11:token', /later version/],
  ['/root.key', /file:PATH or passphrase:PATH/],
  ['passphrase:', /file:PATH or passphrase:PATH/],
])('KMS_ROOT_KEY=%s is refused with its reason', (value, reason) => {
  expect(() => readKmsConfig({ KMS_ROOT_KEY: value }, '/data')).toThrowError(
    expect.objectContaining({ details: { name: 'KMS_ROOT_KEY', reason: expect.stringMatching(reason) } }),
  );
});
