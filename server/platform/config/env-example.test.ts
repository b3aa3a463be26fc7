import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLOUD_SETTINGS, readCloudConfig } from '../../cloud/config.ts';
import { kmsSettings, readKmsConfig } from '../../kms/config.ts';

const DATA = '/data';
const EXAMPLE = new URL('../../../.env.example', import.meta.url);
const lines = readFileSync(EXAMPLE, 'utf8').matchAll(/^# ([A-Z_]+)=(.*)$/gm);
const shown = new Map(
  Array.from(lines, ([, name = '', value = '']) => [name, value.replaceAll('<data>', DATA)] as const),
);

/** What the command line reads beside the servers' settings. */
const COMMAND_LINE = ['SEALKEEP_HOME', 'SEALKEEP_LOG', 'KMS_ROOT_PASSPHRASE', 'CLOUD_ROOT_PASSPHRASE'];

test('.env.example shows every setting that there is, and no other', () => {
  const settings = [...Object.keys(kmsSettings(DATA)), ...Object.keys(CLOUD_SETTINGS), ...COMMAND_LINE];
  expect([...shown.keys()].sort()).toEqual(settings.sort());
});

test('the values that it shows are the defaults', () => {
  const environment = Object.fromEntries(shown);
  expect(JSON.stringify(readKmsConfig(environment, DATA))).toBe(JSON.stringify(readKmsConfig({}, DATA)));
  expect(JSON.stringify(readCloudConfig(environment, DATA))).toBe(JSON.stringify(readCloudConfig({}, DATA)));
});
