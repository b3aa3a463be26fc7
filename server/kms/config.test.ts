import { expect, test } from 'vitest';
import { readKmsConfig } from './config.ts';

test('former names are read in one spelling', () => {
  const environment = { KMS_FORMER_URLS: 'HTTPS://Old.Test/, http://127.0.0.1:3000' };
  expect(readKmsConfig(environment, '/data').formerUrls).toEqual([
    'https://old.test',
    'http://127.0.0.1:3000',
  ]);
});

test.each([
  ['KMS_PORT', '0'],
  ['KMS_FORMER_URLS', 'notaurl'],
  ['KMS_FORMER_URLS', 'https://old.test,http://other.test'],
])('%s=%s stops the start by its name', (name, value) => {
  expect(() => readKmsConfig({ [name]: value }, '/data')).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.objectContaining({ name }) }),
  );
});
