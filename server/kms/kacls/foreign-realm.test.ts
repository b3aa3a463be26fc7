import { beforeAll, describe, expect, it } from 'vitest';
import { createSigner, mint, type Signer } from './testing/mint.ts';
import { KMS_URL, startKeyService, type TestKeyService } from './testing/start-key-service.ts';

const IDP = 'https://idp.example';
const DRIVE = 'https://drive.example';
const DEK = Buffer.alloc(32, 7).toString('base64');
let idp: Signer;
let drive: Signer;

beforeAll(async () => {
  [idp, drive] = await Promise.all([createSigner(), createSigner()]);
});

async function tokensFor({ times }: TestKeyService) {
  return {
    authentication: await mint(idp.key, {}, { iss: IDP, aud: 'kacls', email: 'ann@x.org', ...times() }),
    authorization: await mint(
      drive.key,
      {},
      {
        iss: DRIVE,
        aud: 'cse-authorization',
        email: 'ann@x.org',
        kacls_url: KMS_URL,
        role: 'writer',
        resource_name: 'doc',
        ...times(),
      },
    ),
  };
}

describe('a foreign realm', () => {
  it('gets one KEK at first need, however many ask at once', async () => {
    const service = await startKeyService({
      issuers: {
        authentication: [
          { issuer: IDP, audience: 'kacls', jwks: idp.jwks, domains: ['x.org'], realm: 'fresh' },
        ],
        authorization: [{ issuer: DRIVE, audience: 'cse-authorization', jwks: drive.jwks, realm: 'fresh' }],
      },
    });
    const tokens = await tokensFor(service);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => service.call('POST', '/wrap', { ...tokens, key: DEK })),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array(8).fill(200));
    const keks = await service.database.selectFrom('keks').select(['realm', 'owner_id']).execute();
    expect(keks.map((kek) => ({ ...kek }))).toEqual([{ realm: 'fresh', owner_id: null }]);
    const named = await service.call('POST', '/wrap', { ...tokens, key: DEK, key_id: 'x' });
    expect(service.codeOf(named)).toBe('REQUEST_INVALID');
    await service.close();
  });

  it('waits for an issuer that is down, and says so', async () => {
    const service = await startKeyService({
      issuers: {
        authentication: [
          {
            issuer: IDP,
            audience: 'kacls',
            jwks_uri: 'http://127.0.0.1:1/certs',
            domains: ['x.org'],
            realm: 'down',
          },
        ],
      },
    });
    const tokens = await tokensFor(service);
    const reply = await service.call('POST', '/wrap', { ...tokens, key: DEK });
    expect([reply.status, service.codeOf(reply)]).toEqual([503, 'ISSUER_UNAVAILABLE']);
    // Nothing says that the token is anybody's.
    expect(await service.audit()).toMatchObject([{ operation: 'unknown-caller', count: 1, actor: '' }]);
    await service.close();
  });
});
