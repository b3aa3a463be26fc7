import { describe, expect, test } from 'vitest';
import { isLoopbackHost, isSameServiceUrl, normalizeServiceUrl, serviceUrl } from './service-url.ts';

describe('a server’s address in one spelling', () => {
  test.each([
    ['https://KMS.Example/', 'https://kms.example'],
    ['https://kms.example:443/v1/', 'https://kms.example/v1'],
    ['HTTPS://kms.example:8443', 'https://kms.example:8443'],
    ['https://kms.example/V1', 'https://kms.example/V1'],
    ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
    ['http://localhost:80', 'http://localhost'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://id.sealkeep.invalid', 'https://id.sealkeep.invalid'],
  ])('%s', (text, normal) => {
    expect(normalizeServiceUrl(text)).toBe(normal);
    expect(serviceUrl.parse(text)).toBe(normal);
  });

  test.each([
    '',
    'kms.example',
    'http://kms.example',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://10.0.0.1',
    'https://ann@kms.example',
    'https://ann:pw@kms.example',
    'https://kms.example?x=1',
    'https://kms.example#x',
    'ftp://kms.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    `https://kms.example/${'x'.repeat(512)}`,
  ])('%s is none', (text) => {
    expect(serviceUrl.safeParse(text).success).toBe(false);
  });
});

test.each([
  ['https://kms.example', 'https://KMS.example:443/', true],
  ['https://kms.example/v1', 'https://kms.example/v1/', true],
  ['https://kms.example/v1', 'https://kms.example/V1', false],
  ['https://kms.example', 'https://kms.example:8443', false],
  ['https://kms.example', 'https://kms.example.evil', false],
  ['https://kms.example', 'http://kms.example', false],
  ['no url', 'no url', false],
])('%s and %s are the same server: %s', (left, right, same) => {
  expect(isSameServiceUrl(left, right)).toBe(same);
});

test('only this machine is loopback', () => {
  for (const host of ['localhost', '127.0.0.1', '127.255.0.3', '[::1]'])
    expect(isLoopbackHost(host)).toBe(true);
  for (const host of ['127.0.0.1.nip.io', 'localhost.', '0.0.0.0', '[::]', '128.0.0.1', ''])
    expect(isLoopbackHost(host)).toBe(false);
});
