import { describe, expect, test } from 'vitest';
import { readCloudConfig } from './config.ts';

describe('without any setting', () => {
  test('a cloud of one laptop comes out', () => {
    const { addresses, metricsAddresses, ...config } = readCloudConfig({}, '/data');
    expect(config).toEqual({
      url: 'http://127.0.0.1:8800',
      host: '127.0.0.1',
      port: 8800,
      trustedProxies: [],
      tls: undefined,
      stopSeconds: 8,
      databaseFile: '/data/cloud/cloud.sqlite',
      blobsFolder: '/data/cloud/blobs',
      kmsUrl: 'http://127.0.0.1:3000',
      callsPerMinute: 60_000,
      quotaBytes: undefined,
      rootKey: { provider: 'file', file: '/data/cloud/keys/root.key' },
    });
    expect(metricsAddresses?.ranges).toEqual(['127.0.0.0/8', '::1']);
    expect(addresses.includes('127.0.0.1')).toBe(true);
    expect(addresses.includes('10.0.0.1')).toBe(false);
  });
});

test('every setting is taken', () => {
  const environment = {
    CLOUD_PORT: '9000',
    CLOUD_URL: 'HTTPS://Cloud.Example/',
    CLOUD_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1',
    CLOUD_TLS_CERT: '/c.pem',
    CLOUD_TLS_KEY: '/k.pem',
    CLOUD_DATABASE_URL: 'sqlite:/db/c.sqlite',
    CLOUD_BLOBS: 'file:/blobs',
    CLOUD_QUOTA_BYTES: '1000',
    CLOUD_ROOT_KEY: 'passphrase:/keys/cloud.key',
  };
  expect(readCloudConfig(environment, '/data')).toMatchObject({
    url: 'https://cloud.example',
    port: 9000,
    trustedProxies: ['10.0.0.0/8', '192.0.2.1'],
    tls: { certificate: '/c.pem', key: '/k.pem' },
    databaseFile: '/db/c.sqlite',
    blobsFolder: '/blobs',
    quotaBytes: 1000,
    rootKey: { provider: 'passphrase', file: '/keys/cloud.key' },
  });
});

test.each([
  ['CLOUD_PORT', '70000', /./],
  // A port that changes at each start is none that others can call.
  ['CLOUD_PORT', '0', /./],
  ['CLOUD_URL', 'http://cloud.example', /https/],
  ['CLOUD_WHITELIST', 'everyone', /CIDR/],
  ['CLOUD_TRUSTED_PROXIES', '10.0.0.0/99', /CIDR/],
  ['CLOUD_DATABASE_URL', 'postgres://db/cloud', /later version/],
  ['CLOUD_DATABASE_URL', 'sqlite:', /sqlite:PATH/],
  ['CLOUD_BLOBS', 's3://bucket/prefix', /later version/],
  ['CLOUD_BLOBS', '/blobs', /file:PATH/],
  ['CLOUD_QUOTA_BYTES', '-1', /./],
  ['CLOUD_KMS_URL', 'kms', /https/],
])('%s=%s stops the start by its name', (name, value, reason) => {
  expect(() => readCloudConfig({ [name]: value }, '/data')).toThrowError(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      details: { name, reason: expect.stringMatching(reason) },
    }),
  );
});

test.each([
  ['CLOUD_TLS_CERT', 'CLOUD_TLS_KEY'],
  ['CLOUD_TLS_KEY', 'CLOUD_TLS_CERT'],
])('%s alone asks for the other', (given, missing) => {
  expect(() => readCloudConfig({ [given]: '/x.pem' }, '/data')).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.objectContaining({ name: missing }) }),
  );
});
