import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../../core/crypto/key-pairs.ts';
import { signToken, type TokenToSign } from '../../../core/crypto/tokens.ts';
import { enrol, startTestKms, type TestKms, type TestPerson } from '../../../test/kms/start-test-kms.ts';

let kms: TestKms;
let person: TestPerson;
/** A whole other KMS that is called the same. */
let other: TestKms;
let otherPerson: TestPerson;
beforeAll(async () => {
  [kms, other] = await Promise.all([startTestKms(), startTestKms()]);
  [person, otherPerson] = await Promise.all([enrol(kms, 'anna'), enrol(other, 'anna')]);
});
afterAll(() => Promise.all([kms.close(), other.close()]));

/** Who may not enter, and by what. */
const TOKENS: Readonly<Record<string, () => Promise<string | undefined>>> = {
  'none at all': async () => undefined,
  'no token': async () => 'x',
  'the cloud token': async () => person.confirmed.cloud_token,
  'the refresh token': async () => person.confirmed.refresh_token,
  'one of another KMS of the same name': async () => otherPerson.confirmed.access_token,
  'one with a changed signature': async () => changed(person.confirmed.access_token, 2),
  'one with changed claims': async () => changed(person.confirmed.access_token, 1),
  'one without a signature': async () => `${person.confirmed.access_token.split('.').slice(0, 2).join('.')}.`,
  'one that names no algorithm': async () => {
    const [, claims] = person.confirmed.access_token.split('.');
    const header = { ...headerOf(person.confirmed.access_token), alg: 'none' };
    return `${encoded(header)}.${claims}.`;
  },
  'one signed by a stranger under our kid': () => forged({}, kidOf(person.confirmed.access_token)),
  'one signed by a stranger': () => forged({}),
  'one of an authorization token': () => forged({ typ: 'sealkeep-authz+jwt', audience: 'cse-authorization' }),
};

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function headerOf(token: string): Record<string, unknown> {
  const [header = ''] = token.split('.');
  return JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
}

function kidOf(token: string): string {
  return String(headerOf(token)['kid']);
}

/** Changes the tenth byte of one of a token's parts. */
function changed(token: string, part: number): string {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
}

async function forged(parts: Partial<TokenToSign>, kid?: string): Promise<string> {
  const [, claims = ''] = person.confirmed.access_token.split('.');
  const key = await generateSigningKey('EdDSA');
  return signToken(
    { ...key, kid: kid ?? key.kid },
    {
      typ: 'sealkeep-kms+jwt',
      issuer: kms.config.url,
      audience: kms.config.url,
      claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>,
      lifetime: 600,
      ...parts,
    },
    kms.now(),
  );
}

const ENDPOINTS = [
  ['GET', '/logins'],
  ['DELETE', '/logins/x'],
  ['POST', '/password'],
] as const;

describe('bearer endpoints', () => {
  test.each(Object.keys(TOKENS))('refuse %s', async (kind) => {
    const bearer = await TOKENS[kind]?.();
    for (const [method, path] of ENDPOINTS) {
      const answer = await kms.call(method, path, { bearer });
      expect(answer).toMatchObject({ status: 401, code: 'AUTHENTICATION_INVALID' });
    }
  });

  test('take the authentication token for ten minutes', async () => {
    const bearer = person.confirmed.access_token;
    expect((await kms.call('GET', '/logins', { bearer })).status).toBe(200);
    kms.advance(600 + 31);
    expect((await kms.call('GET', '/logins', { bearer })).code).toBe('AUTHENTICATION_INVALID');
  });

  test('the cloud token says who, for whom and until when, and nothing more', () => {
    const [, claims = ''] = person.confirmed.cloud_token.split('.');
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    expect(Object.keys(said).sort()).toEqual(['aud', 'email', 'exp', 'iat', 'iss', 'sub']);
    expect(said).toMatchObject({ aud: kms.config.cloudUrl, iss: kms.config.url, email: 'anna' });
    expect(headerOf(person.confirmed.cloud_token)['typ']).toBe('sealkeep-cloud+jwt');
  });
});
