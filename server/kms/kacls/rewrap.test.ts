import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEK, DOC, type MatrixWorld, startMatrixWorld } from '../../../test/kms/matrix-world.ts';
import {
  jsonReply,
  type MeddlingProxy,
  type ProxyReply,
  startMeddlingProxy,
} from '../../../test/support/meddling-proxy.ts';

const TIMEOUT_MS = 300;
let world: MatrixWorld;
let bystander: MeddlingProxy;

beforeAll(async () => {
  world = await startMatrixWorld({ peerTimeoutMs: TIMEOUT_MS });
  bystander = await startMeddlingProxy(() => '');
  bystander.meddle = async () => jsonReply({ key: DEK });
});
afterAll(async () => {
  await world.close();
  await bystander.close();
});
afterEach(() => expect(bystander.seen).toEqual([]));

async function rewrap(more: Readonly<Record<string, unknown>> = {}) {
  return world.call('rewrap', {
    ...world.materialOf('rewrap', Buffer.from('theirs').toString('base64')),
    authorization: await world.authorization('rewrap'),
    ...more,
  });
}

describe('a key is taken over from nowhere but KMS_PEERS', () => {
  it.each<[string, () => string]>([
    ['another address', () => bystander.address],
    ['another scheme', () => world.peer.address.replace('http:', 'https:')],
    ['plain HTTP elsewhere', () => 'http://old.test'],
    ['a path below a peer', () => `${world.peer.address}/v1`],
    ['a user before the host', () => world.peer.address.replace('//', '//user@')],
    ['a peer for a user', () => bystander.address.replace('//', `//${new URL(world.peer.address).host}@`)],
    ['a query', () => `${world.peer.address}?x`],
    ['this KMS itself', () => world.kms.url],
    ['no address', () => 'peer'],
  ])('%s', async (_name, url) => {
    const asked = world.peer.seen.length;
    const { code, entries, reply } = await rewrap({ original_kacls_url: url() });
    expect([reply.status, code]).toEqual([403, 'PEER_REFUSED']);
    expect(entries).toMatchObject([{ operation: 'rewrap', resource_name: DOC, code: 'PEER_REFUSED' }]);
    expect(world.peer.seen).toHaveLength(asked);
  });

  it('in whatever spelling, asked by our own', async () => {
    const { reply } = await rewrap({ original_kacls_url: `${world.peer.address.toUpperCase()}/` });
    expect(reply.status).toBe(200);
    expect(world.peer.seen.at(-1)?.path).toBe('/privilegedunwrap');
  });
});

it('a key service that is not listed is not even asked for its keys', async () => {
  const { code } = await world.call('privilegedunwrap', {
    ...world.materialOf('privilegedunwrap', await world.wrapForeign()),
    authentication: await world.kaclsToken({ iss: bystander.address }),
  });
  expect(code).toBe('AUTHENTICATION_INVALID');
});

describe('a peer that', () => {
  const raw = (body: string, status = 200, headers: Record<string, string> = {}): ProxyReply => ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
  });
  const whole = JSON.stringify({ key: DEK });

  it.each<[string, () => ProxyReply, 502 | 504]>([
    ['redirects', () => raw('', 307, { location: `${bystander.address}/privilegedunwrap` }), 502],
    ['redirects to itself', () => raw('', 302, { location: `${world.peer.address}/certs` }), 502],
    ['never answers', () => ({ ...raw(whole), cut: { after: 5, stall: true } }), 504],
    ['breaks off', () => ({ ...raw(whole), cut: { after: 5 } }), 502],
    ['answers more than a key', () => raw(`{"key":"${DEK}","x":"${'x'.repeat(20_000)}"}`), 502],
    ['answers half a JSON text', () => raw(`{"key":"${DEK}"`), 502],
    ['answers no JSON', () => raw(`<p>${DEK}</p>`), 502],
    ['answers no key', () => raw('{}'), 502],
    ['answers an empty key', () => raw('{"key":""}'), 502],
    [
      'answers a key of 129 bytes',
      () => raw(JSON.stringify({ key: Buffer.alloc(129).toString('base64') })),
      502,
    ],
    ['answers something else than base64', () => raw('{"key":"!!!!"}'), 502],
    ['refuses', () => raw('{"code":403,"message":"no","details":"no"}', 403), 502],
    ['breaks down', () => raw(whole, 500), 502],
  ])('%s changes nothing, and nothing of what it said is told', async (_name, answer, status) => {
    const usual = world.peer.meddle;
    world.peer.meddle = async () => answer();
    const before = await world.kms.database.selectFrom('resources').selectAll().execute();
    const logged = world.kms.logLines.length;
    const { reply, code, entries } = await rewrap();
    world.peer.meddle = usual;
    expect([reply.status, code]).toEqual([status, status === 504 ? 'PEER_TIMEOUT' : 'PEER_FAILED']);
    expect(entries).toMatchObject([{ decision: 'refused', code }]);
    expect(await world.kms.database.selectFrom('resources').selectAll().execute()).toEqual(before);
    const said = JSON.stringify(reply.body) + world.kms.logLines.slice(logged).join('');
    expect(said).not.toContain(DEK);
    expect(said).not.toContain('eyJ');
  });

  it('is not there, is reported as that', async () => {
    const gone = await startMatrixWorld();
    await gone.peer.close();
    const { code } = await gone.call('rewrap', {
      ...gone.materialOf('rewrap', 'AAAA'),
      authorization: await gone.authorization('rewrap'),
    });
    expect(code).toBe('PEER_FAILED');
    await gone.kms.close();
  });
});
