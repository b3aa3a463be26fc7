import { expect, test } from 'vitest';
import { findUnknownSettings } from './unknown-settings.ts';

const KNOWN = ['KMS_WHITELIST', 'KMS_METRICS_WHITELIST', 'KMS_REGISTRATION', 'KMS_ROTATE_MAX', 'KMS_PORT'];
const ALL = [
  ...KNOWN,
  'KEY_STORE_PATH',
  'KMS_URL',
  'CLOUD_URL',
  'CLOUD_BLOBS',
  'CLOUD_HOST',
  'SEALKEEP_HOME',
];

test.each([
  ['KMS_WHITELST', 'KMS_WHITELIST'],
  ['KMS_REGISTRATIONS', 'KMS_REGISTRATION'],
  ['KMS_ROTATION_MAX', 'KMS_ROTATE_MAX'],
  ['KMS_KEY_STORE_PATH', 'KEY_STORE_PATH'],
  ['SEALKEEP_HOEM', 'SEALKEEP_HOME'],
  ['KMS_PROT', 'KMS_PORT'],
  ['KMS_URI', 'KMS_URL'],
  ['KEY_STORE_PTH', 'KEY_STORE_PATH'],
  ['KEY_STORE_PASS', undefined],
  ['CLOUD_HOME', undefined],
  ['CLOUD_ISSUERS', undefined],
  ['KMS_MODE', undefined],
])('%s is no setting; meant was %s', (name, meant) => {
  expect(findUnknownSettings({ [name]: 'x', KMS_PORT: '3000' }, ALL)).toEqual([{ name, meant }]);
});

test('what is a setting, is empty, begins otherwise, or comes from a container engine is let be', () => {
  const environment = {
    KMS_PORT: '3000',
    KMS_WHITELST: '',
    KMSWHITELIST: 'x',
    HOME: '/root',
    SEALKEEP_SERVICE_HOST: '10.0.0.1',
    SEALKEEP_SERVICE_PORT: '3000',
    SEALKEEP_SERVICE_PORT_HTTPS: '443',
    SEALKEEP_PORT: 'tcp://10.0.0.1:3000',
    SEALKEEP_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
    CLOUD_SHELL: 'true',
    CLOUD_SDK_VERSION: '500.0.0',
    CLOUD_PORT_8800_TCP_ADDR: '10.0.0.1',
    CLOUD_EDGE_PORT_53_UDP_PORT: '53',
  };
  expect(findUnknownSettings(environment, ALL)).toEqual([]);
});
