import { expect, test } from 'vitest';
import { readCloudConfig } from '../server/cloud/config.ts';
import { readKmsConfig } from '../server/kms/config.ts';
import { withEachOther } from './serve.ts';

test.each([
  ['as they are', {}, 'http://127.0.0.1:3000', 'http://127.0.0.1:8800'],
  [
    'on other ports',
    { KMS_PORT: '3001', CLOUD_PORT: '8801' },
    'http://127.0.0.1:3001',
    'http://127.0.0.1:8801',
  ],
  ['where one has a name', { KMS_URL: 'https://kms.test' }, 'https://kms.test', 'http://127.0.0.1:8800'],
  [
    'where a setting says otherwise, if it says anything',
    { KMS_PORT: '3001', CLOUD_KMS_URL: 'https://kms.test', KMS_CLOUD_URL: '' },
    'https://kms.test',
    'http://127.0.0.1:8800',
  ],
])('servers of one process know each other %s', (_, given, kms, cloud) => {
  const environment = withEachOther(given, '/data');
  expect(readCloudConfig(environment, '/data').kmsUrl).toBe(kms);
  expect(readKmsConfig(environment, '/data').cloudUrl).toBe(cloud);
});
