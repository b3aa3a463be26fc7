import { expect, test } from 'vitest';
import { plainHttpNote } from './plain-http.ts';

const tls = { certificate: 'cert.pem', key: 'key.pem' };

test.each([
  ['0.0.0.0', {}, true],
  ['192.168.1.7', {}, true],
  ['::', {}, true],
  ['kms.example.org', {}, true],
  ['127.0.0.1', {}, false],
  ['127.0.0.2', {}, false],
  ['::1', {}, false],
  ['localhost', {}, false],
  ['0.0.0.0', { tls }, false],
  ['0.0.0.0', { trustedProxies: ['10.0.0.2'] }, false],
])('of a KMS at %s with %o there is something to tell: %s', (host, more, isTold) => {
  const note = plainHttpNote('KMS', { host, trustedProxies: [], ...more });
  expect(note?.includes('KMS_TLS_CERT')).toBe(isTold ? true : undefined);
});
