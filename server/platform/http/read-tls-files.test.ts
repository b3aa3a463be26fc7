import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportSigningKey, generateSigningKey } from '../../../core/crypto/key-pairs.ts';
import { readTlsFiles } from './read-tls-files.ts';

/** Of a key that nobody keeps, for `localhost`. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBPjCB8aADAgECAhR7avhlhHJVXMlo0WWrYvRYueU4JTAFBgMrZXAwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAxNDkzNVoYDzIxMjYxMDI5MDE0OTM1
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwKjAFBgMrZXADIQB+5a6mfUkyRKp54HIf
JVLksL2oxIhVv0MSWOYYkNub/6NTMFEwHQYDVR0OBBYEFCjzs9RHy7MfXxrU1TGW
wyVFgGZIMB8GA1UdIwQYMBaAFCjzs9RHy7MfXxrU1TGWwyVFgGZIMA8GA1UdEwEB
/wQFMAMBAf8wBQYDK2VwA0EAOPMdz2hcE0Vbv05/vEpFbpG02YGrDiS/WDsqC/Kl
IUNo/L1BJ3gsXsBVdKPMfHYhjT6BMEOPi74oOd4Fj0K5Cw==
-----END CERTIFICATE-----
`;

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-tls-'));
  await writeFile(at('cert.pem'), CERTIFICATE);
  await writeFile(at('text.pem'), 'not PEM');
  await writeFile(at('other.pem'), await otherKey());
});
afterAll(() => rm(folder, { recursive: true }));

/** A good key, of another certificate. */
async function otherKey(): Promise<string> {
  const secret = exportSigningKey(await generateSigningKey('EdDSA'));
  return secret.use(
    (der) => `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`,
  );
}

test.each([
  ['CLOUD_TLS_CERT', 'nope.pem', 'nope.pem', /nope\.pem cannot be read \(ENOENT\)/],
  ['CLOUD_TLS_CERT', '.', 'other.pem', /cannot be read \(EISDIR\)/],
  ['CLOUD_TLS_CERT', 'text.pem', 'other.pem', /text\.pem is no usable PEM file/],
  ['CLOUD_TLS_KEY', 'cert.pem', 'nope.pem', /nope\.pem cannot be read \(ENOENT\)/],
  ['CLOUD_TLS_KEY', 'cert.pem', 'text.pem', /text\.pem is no usable PEM file/],
  ['CLOUD_TLS_KEY', 'cert.pem', 'other.pem', /other\.pem is not the key of .*cert\.pem/],
])('%s is named where certificate and key are %s and %s', (name, certificate, key, reason) => {
  expect(() => readTlsFiles({ certificate: at(certificate), key: at(key) }, 'CLOUD')).toThrowError(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      details: { name, reason: expect.stringMatching(reason) },
    }),
  );
});
