import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTotpSecret } from '../../../core/crypto/totp.ts';
import { totpCode, wrongTotpCode } from '../../../test/kms/start-test-kms.ts';
import { sealTotpSecret } from '../identity/accounts.ts';
import type { Person } from '../identity/person.ts';
import { callsOf, DEK } from './testing/calls-of.ts';
import { createSigner, mint } from './testing/mint.ts';
import { startKeyService, type TestKeyService } from './testing/start-key-service.ts';

let kms: TestKeyService;
let calls: ReturnType<typeof callsOf>;
let ann: Person;
let bob: Person;
let annOtp: string;
let resource: string;
let wrapped: string;

beforeAll(async () => {
  kms = await startKeyService();
  calls = callsOf(kms);
  ann = await kms.addPerson('ann');
  bob = await kms.addPerson('bob');
  annOtp = await withAuthenticator(kms, ann);
  resource = kms.newResource(ann);
  ({ wrapped } = await calls.wrap(ann, resource));
});
afterAll(() => kms.close());
/** Far enough for what was tried before to be forgotten, and for a code that nobody has used. */
beforeEach(() => kms.advance(25 * 3600_000));

async function withAuthenticator(service: TestKeyService, person: Person): Promise<string> {
  const secret = newTotpSecret();
  const totp_secret = sealTotpSecret(service.atRest, person.id, secret);
  await service.database.updateTable('users').set({ totp_secret }).where('id', '=', person.id).execute();
  return `otpauth://totp/x?secret=${secret}`;
}

const freshCode = (step = 0) => totpCode(annOtp, kms.clock.now, step);

async function exportAs(caller: Person, code: string, claims: Readonly<Record<string, unknown>> = {}) {
  const reply = await kms.call('POST', '/unwrap/export', {
    authentication: await kms.authenticationOf(caller),
    authorization: await kms.authorizationOf(caller, { resource_name: resource, role: 'reader', ...claims }),
    reason: 'export',
    wrapped_key: wrapped,
    code,
  });
  return { ...reply, code: kms.codeOf(reply) };
}

async function entriesOf(work: () => Promise<unknown>) {
  const before = (await kms.audit()).length;
  await work();
  return (await kms.audit()).slice(before);
}

describe('exporting a key', () => {
  it('gives the DEK for a fresh code, and stands in the audit log under its own name', async () => {
    const entries = await entriesOf(async () => {
      expect(await exportAs(ann, freshCode())).toMatchObject({ status: 200, body: { data: { key: DEK } } });
    });
    expect(entries).toMatchObject([
      {
        ...{ actor: 'ann', operation: 'export-key', decision: 'allowed' },
        ...{ resource_name: resource, reason: 'export' },
      },
    ]);
  });

  it('takes a code once, also where it is offered twice at the same moment', async () => {
    const code = freshCode();
    const answers = await Promise.all([exportAs(ann, code), exportAs(ann, code)]);
    expect(answers.map((answer) => answer.code ?? 'key').sort()).toEqual(['CODE_REFUSED', 'key']);
    const [entry] = await entriesOf(async () =>
      expect(await exportAs(ann, code)).toMatchObject({ status: 403, code: 'CODE_REFUSED' }),
    );
    expect(entry).toMatchObject({ operation: 'export-key', decision: 'refused', code: 'CODE_REFUSED' });
    expect((await exportAs(ann, freshCode(1))).status).toBe(200);
  });

  it.each([undefined, '', '12345', '1234567', 'abcdef'])('does not go on without one: %j', async (code) => {
    const reply = await kms.call('POST', '/unwrap/export', {
      authentication: await kms.authenticationOf(ann),
      authorization: await kms.authorizationOf(ann, { resource_name: resource, role: 'reader' }),
      wrapped_key: wrapped,
      code,
    });
    expect(kms.codeOf(reply)).toBe('REQUEST_INVALID');
  });

  it('makes who guesses wait, and an ordinary unwrap does not', async () => {
    const wrong = wrongTotpCode(annOtp, kms.clock.now);
    for (let tried = 0; tried < 6; tried += 1) expect((await exportAs(ann, wrong)).code).toBe('CODE_REFUSED');
    const throttled = await exportAs(ann, freshCode());
    expect(throttled).toMatchObject({ status: 429, code: 'LOGIN_THROTTLED' });
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await calls.unwrap(ann, resource, wrapped)).status).toBe(200);
    kms.advance(30_000);
    expect((await exportAs(ann, freshCode())).status).toBe(200);
  });

  it('is decided as an unwrap is: one entry, no DEK, and the code stays good', async () => {
    const refusals = [
      ['GRANT_MISSING', () => exportAs(bob, freshCode())],
      ['ROLE_REFUSED', () => exportAs(ann, freshCode(), { role: 'upgrader' })],
      ['EMAIL_MISMATCH', () => exportAs(ann, freshCode(), { email: 'bob', sub: bob.id })],
      ['WRAPPED_KEY_INVALID', () => exportAs(ann, freshCode(), { resource_name: kms.newResource(ann) })],
    ] as const;
    for (const [code, act] of refusals) {
      const entries = await entriesOf(async () => {
        const answer = await act();
        expect(answer.code).toBe(code);
        expect(JSON.stringify(answer.body)).not.toContain(DEK);
      });
      expect(entries.map((entry) => [entry.operation, entry.decision, entry.code])).toEqual([
        ['export-key', 'refused', code],
      ]);
    }
    expect((await exportAs(ann, freshCode())).status).toBe(200);
  });

  it('takes nobody’s token after the login has ended, nor a page’s call', async () => {
    const authentication = await kms.authenticationOf(ann, { lid: 'gone' });
    const body = { authentication, authorization: 'x', wrapped_key: wrapped, code: '123456' };
    const origin = 'https://client-side-encryption.google.com';
    const ended = await kms.call('POST', '/unwrap/export', body);
    expect(kms.codeOf(ended)).toBe('AUTHENTICATION_INVALID');
    const page = await kms.call('OPTIONS', '/unwrap/export', undefined, { origin });
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });
});

it('is refused to the people of other issuers, whose codes this KMS does not know', async () => {
  const [idp, drive] = await Promise.all([createSigner(), createSigner()]);
  const realm = 'example';
  const foreign = await startKeyService({
    issuers: {
      authentication: [
        { issuer: 'https://idp.example', audience: 'kacls', jwks: idp.jwks, domains: ['x.org'], realm },
      ],
      authorization: [
        { issuer: 'https://drive.example', audience: 'cse-authorization', jwks: drive.jwks, realm },
      ],
    },
  });
  const claims = { email: 'ann@x.org', ...foreign.times() };
  const tokens = {
    authentication: await mint(idp.key, {}, { iss: 'https://idp.example', aud: 'kacls', ...claims }),
    authorization: await mint(
      drive.key,
      {},
      {
        ...{ iss: 'https://drive.example', aud: 'cse-authorization', ...claims },
        ...{ resource_name: 'doc', role: 'writer', kacls_url: foreign.config.url },
      },
    ),
  };
  const { wrapped_key } = (await foreign.call('POST', '/wrap', { ...tokens, key: DEK })).body;
  expect((await foreign.call('POST', '/unwrap', { ...tokens, wrapped_key })).body).toEqual({ key: DEK });
  const reply = await foreign.call('POST', '/unwrap/export', { ...tokens, wrapped_key, code: '123456' });
  expect(foreign.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
  await foreign.close();
});
