import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedKeySource } from '../../platform/issuers/key-source.ts';
import { enterByToken } from '../../platform/issuers/token-door.ts';
import type { KmsConfig } from '../config.ts';
import { createSigner, mint, type Signer } from '../kacls/testing/mint.ts';
import { createTrustedIssuers } from './trusted-issuers.ts';

const clock = { now: new Date('2026-11-22T12:00:00Z') };
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`;
}

async function issuersOf(content: unknown) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-issuers-'));
  const file = path.join(folder, 'issuers.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  const own = {
    issuer: 'https://kms.test',
    audience: 'https://kms.test',
    typ: 'x',
    keys: fixedKeySource({ keys: [] }),
  };
  const peers = ['https://peer.test/v1'];
  const config = { issuersFile: file, cloudUrl: 'https://cloud.test', peers } as unknown as KmsConfig;
  return createTrustedIssuers(
    { config, now: () => clock.now },
    { authentication: own, delegated: own, cloudKeys: fixedKeySource({ keys: [] }) },
  ).finally(() => rm(folder, { recursive: true }));
}

const tokenOf = (signer: Signer) => {
  const iat = clock.now.getTime() / 1000;
  return mint(signer.key, {}, { iss: 'https://drive.example', aud: 'cse-authorization', iat, exp: iat + 60 });
};

async function doorTo(jwksUri: string) {
  const line = {
    issuer: 'https://drive.example',
    audience: 'cse-authorization',
    jwks_uri: jwksUri,
    realm: 'r',
  };
  const { authorization } = await issuersOf({ authorization: [line] });
  return async (signer: Signer) =>
    (await enterByToken(await tokenOf(signer), authorization, clock.now)) !== undefined;
}

const UNAVAILABLE = { code: 'ISSUER_UNAVAILABLE' };

describe('keys of a foreign issuer', () => {
  it('follow its rotation, at the price of one request in 30 s', async () => {
    const [first, second, stranger] = [await createSigner(), await createSigner(), await createSigner()];
    let published = first;
    let requests = 0;
    const isLetIn = await doorTo(
      await serve((_request, response) => {
        requests += 1;
        response.end(JSON.stringify(published.jwks));
      }),
    );
    expect(await isLetIn(first)).toBe(true);
    expect(await isLetIn(first)).toBe(true);
    expect(requests).toBe(1);
    published = second;
    expect(await isLetIn(second)).toBe(false);
    expect(requests).toBe(1);
    clock.now = new Date(clock.now.getTime() + 30_000);
    expect(await Promise.all([isLetIn(second), isLetIn(second)])).toEqual([true, true]);
    expect(await isLetIn(first)).toBe(false);
    expect(await isLetIn(stranger)).toBe(false);
    expect(requests).toBe(2);
  });

  it('are not taken from where a redirect leads', async () => {
    const signer = await createSigner();
    const goal = await serve((_request, response) => void response.end(JSON.stringify(signer.jwks)));
    const isLetIn = await doorTo(
      await serve((_request, response) => void response.writeHead(302, { location: goal }).end()),
    );
    await expect(isLetIn(signer)).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each<[string, RequestListener]>([
    [
      'too large',
      (_request, response) => void response.end(JSON.stringify({ keys: [], x: 'x'.repeat(300_000) })),
    ],
    ['no JSON', (_request, response) => void response.end('<html>')],
    ['an error', (_request, response) => void response.writeHead(500).end('{"keys":[]}')],
    ['broken off', (_request, response) => void response.socket?.destroy()],
  ])('that come as %s are not there', async (_name, answer) => {
    const isLetIn = await doorTo(await serve(answer));
    await expect(isLetIn(await createSigner())).rejects.toMatchObject(UNAVAILABLE);
  });

  it('are there again after the issuer was down', async () => {
    const signer = await createSigner();
    let isUp = false;
    const isLetIn = await doorTo(
      await serve(
        (_request, response) => void response.writeHead(isUp ? 200 : 503).end(JSON.stringify(signer.jwks)),
      ),
    );
    await expect(isLetIn(signer)).rejects.toMatchObject(UNAVAILABLE);
    isUp = true;
    clock.now = new Date(clock.now.getTime() + 1000);
    expect(await isLetIn(signer)).toBe(true);
  });

  it('are not fetched for an issuer that nobody named', async () => {
    let requests = 0;
    const isLetIn = await doorTo(
      await serve((_request, response) => {
        requests += 1;
        response.end('[]');
      }),
    );
    const signer = await createSigner();
    const { authorization } = await issuersOf({});
    expect(await enterByToken(await tokenOf(signer), authorization, clock.now)).toBeUndefined();
    expect(requests).toBe(0);
    await expect(isLetIn(signer)).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('KMS_ISSUERS', async () => {
  const { jwks } = await createSigner();
  const person = {
    issuer: 'https://idp.example',
    audience: 'kacls',
    jwks,
    domains: ['x.org'],
    realm: 'example',
  };
  const drive = { issuer: 'https://drive.example', audience: ['cse-authorization'], jwks, realm: 'example' };

  it('names issuers beside our own', async () => {
    const { authentication, authorization } = await issuersOf({
      authentication: [person],
      authorization: [
        drive,
        { ...drive, issuer: 'b', operations: ['unwrap'] },
        { ...drive, issuer: 'c', operations: ['digest', 'rewrap'] },
        { ...drive, issuer: 'd', operations: ['wrap', 'unwrap', 'delegate'] },
      ],
    });
    expect(authentication.map(({ issuer, realm, domains, typ }) => [issuer, realm, domains, typ])).toEqual([
      ['https://kms.test', 'sealkeep', undefined, 'x'],
      ['https://idp.example', 'example', ['x.org'], undefined],
    ]);
    expect(authorization.map(({ issuer, realm, operations }) => [issuer, realm, operations])).toEqual([
      ['https://cloud.test', 'sealkeep', ['wrap', 'unwrap', 'delegate']],
      ['https://drive.example', 'example', ['wrap', 'unwrap']],
      ['b', 'example', ['unwrap']],
      ['c', 'example', ['digest', 'rewrap']],
      ['d', 'example', ['wrap', 'unwrap', 'delegate']],
    ]);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no object', []],
    ['a misspelt list', { authorisation: [drive] }],
    ['a misspelt restriction', { authorization: [{ ...drive, operation: ['unwrap'] }] }],
    ['our own realm', { authorization: [{ ...drive, realm: 'sealkeep' }] }],
    ['our own realm in capitals', { authorization: [{ ...drive, realm: 'Sealkeep' }] }],
    ['no realm', { authentication: [{ ...person, realm: undefined }] }],
    ['no domains', { authentication: [{ ...person, domains: undefined }] }],
    ['empty domains', { authentication: [{ ...person, domains: [] }] }],
    ['no audience', { authorization: [{ ...drive, audience: undefined }] }],
    ['an empty audience', { authorization: [{ ...drive, audience: [] }] }],
    ['an empty text for an audience', { authorization: [{ ...drive, audience: [''] }] }],
    ['no keys', { authorization: [{ ...drive, jwks: undefined }] }],
    ['two sources of keys', { authorization: [{ ...drive, jwks_uri: 'https://drive.example/certs' }] }],
    [
      'keys of no use',
      { authorization: [{ ...drive, jwks: { keys: [{ kty: 'oct', kid: 'a', k: 'AAAA' }] } }] },
    ],
    [
      'keys over plain HTTP',
      { authorization: [{ ...drive, jwks: undefined, jwks_uri: 'http://drive.example/certs' }] },
    ],
    ['keys in a file', { authorization: [{ ...drive, jwks: undefined, jwks_uri: 'file:///etc/passwd' }] }],
    [
      'keys behind a password',
      { authorization: [{ ...drive, jwks: undefined, jwks_uri: 'https://a:b@c.example/' }] },
    ],
    ['an unknown operation', { authorization: [{ ...drive, operations: ['open'] }] }],
    ['no operation', { authorization: [{ ...drive, operations: [] }] }],
    ['an issuer twice', { authorization: [drive, { ...drive, realm: 'two' }] }],
    ['our own cloud', { authorization: [{ ...drive, issuer: 'https://cloud.test' }] }],
    ['a peer of ours', { authentication: [{ ...person, issuer: 'https://peer.test/v1' }] }],
    [
      'the audience of key services',
      { authentication: [{ ...person, audience: ['kacls', 'kacls-migration'] }] },
    ],
    ['a migration issuer that also wraps', { authorization: [{ ...drive, operations: ['rewrap', 'wrap'] }] }],
    ['ourselves', { authentication: [{ ...person, issuer: 'https://kms.test' }] }],
    [
      'one audience for both kinds',
      {
        authentication: [{ ...person, issuer: drive.issuer, audience: 'cse-authorization' }],
        authorization: [drive],
      },
    ],
  ])('with %s stops the start', async (_name, content) => {
    await expect(issuersOf(content)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { name: 'KMS_ISSUERS' },
    });
  });
});
