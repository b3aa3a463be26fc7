import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { errorSentence } from '../../shared/messages/en.ts';
import { WORKER_URL } from '../../test/support/engine.ts';
import {
  jsonReply,
  type Meddle,
  type MeddlingProxy,
  type ProxyReply,
  startMeddlingProxy,
  withJson,
} from '../../test/support/meddling-proxy.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import { type AgentSettings, connectAgent } from '../agent.ts';

let world: TestWorld;
let proxy: MeddlingProxy;
beforeAll(async () => {
  world = await startTestWorld();
  proxy = await startMeddlingProxy(() => world.kms.address);
});
afterAll(() => Promise.all([proxy.close(), world.close()]));
afterEach(() => {
  proxy.meddle = undefined;
  proxy.seen.length = 0;
});

function connect(more: Partial<AgentSettings> = {}) {
  return connectAgent({
    dataFolder: world.folder,
    kind: 'own',
    profileId: 'test',
    addresses: { kms: proxy.address, cloud: world.cloud.address },
    known: undefined,
    segmentWorkerUrl: WORKER_URL,
    now: world.now,
    idleTimeoutMs: 150,
    ...more,
  });
}

/** The code of a connection that does not come about; its sentence has no hole, and no token was sent. */
async function refusal(more?: Partial<AgentSettings>): Promise<string> {
  const error = await connect(more).then(
    async (agent) => agent.close().then(() => undefined),
    (thrown: unknown) => thrown,
  );
  if (!isSealkeepError(error)) throw error ?? new Error('it connected');
  expect(errorSentence(error.code, error.details)).not.toContain('…');
  expect(
    proxy.seen.filter(({ headers, method }) => headers['authorization'] !== undefined || method !== 'GET'),
  ).toEqual([]);
  return error.code;
}

const at =
  (path: string, reply: (real: ProxyReply) => ProxyReply): Meddle =>
  async (request, forward) => {
    const real = await forward();
    return request.path === path ? reply(real) : real;
  };
const text = (body: string, status = 200): ProxyReply => ({ status, headers: {}, body: Buffer.from(body) });

describe('a KMS that does not answer as it should is not connected to', () => {
  test.each<[string, Meddle, string]>([
    ['a page', async () => text('<html>Router login</html>'), 'SERVER_NOT_SEALKEEP'],
    ['an empty reply', async () => text(''), 'SERVER_NOT_SEALKEEP'],
    ['a page that was not found', async () => text('Not found', 404), 'SERVER_NOT_SEALKEEP'],
    ['other JSON', async () => jsonReply({ status: 'ok' }), 'SERVER_NOT_SEALKEEP'],
    ['a name that is no address', health({ url: 'javascript:alert(1)' }), 'SERVER_NOT_SEALKEEP'],
    ['a newer api', health({ api: 2 }), 'SERVER_TOO_NEW'],
    ['an older api', health({ api: 0.5 }), 'SERVER_NOT_SEALKEEP'],
    ['the other service', health({ service: 'cloud' }), 'SERVER_NOT_SEALKEEP'],
    [
      'keys that are no keys',
      at('/.well-known/jwks.json', () => jsonReply({ keys: [7, null, {}] })),
      'SERVER_ANSWER_INVALID',
    ],
    ['no keys', at('/.well-known/jwks.json', () => jsonReply({ keys: [] })), 'SERVER_ANSWER_INVALID'],
    [
      '16 MiB and more',
      at('/.well-known/jwks.json', () => text(`{"keys":[${'1,'.repeat(9 * 1024 * 1024)}1]}`)),
      'SERVER_ANSWER_INVALID',
    ],
    ['nothing, for too long', async () => new Promise(() => undefined), 'SERVER_TIMEOUT'],
    [
      'half a reply and then nothing',
      at('/healthz', (real) => ({ ...real, cut: { after: 5, stall: true } })),
      'SERVER_TIMEOUT',
    ],
    ['half a reply', at('/healthz', (real) => ({ ...real, cut: { after: 5 } })), 'SERVER_UNREACHABLE'],
    [
      'a refusal of its own',
      async () => jsonReply({ error: { code: 'HOST_REFUSED', message: 'no' } }, 403),
      'HOST_REFUSED',
    ],
    [
      'a code that only a client has',
      async () => jsonReply({ error: { code: 'FILE_OTHER_KMS', message: '' } }, 500),
      'SERVER_NOT_SEALKEEP',
    ],
    [
      'a code without what its sentence needs',
      async () => jsonReply({ error: { code: 'USER_NAME_TAKEN', message: '' } }, 409),
      'USER_NAME_TAKEN',
    ],
  ])('%s', async (_, meddle, code) => {
    proxy.meddle = meddle;
    // How long a server may be silent: short only where that is what is tried.
    const idleTimeoutMs = code === 'SERVER_TIMEOUT' ? 150 : 30_000;
    expect(await refusal({ idleTimeoutMs })).toBe(code);
  });

  function health(change: object): Meddle {
    return at('/healthz', (real) =>
      withJson(real, ({ data }: { data: object }) => ({ data: { ...data, ...change } })),
    );
  }

  test('redirects are not followed: where they lead receives nothing', async () => {
    const target = await startMeddlingProxy(() => world.kms.address);
    for (const status of [301, 302, 307, 308]) {
      proxy.meddle = async ({ path }) => ({
        status,
        headers: { location: target.address + path },
        body: Buffer.alloc(0),
      });
      expect(await refusal()).toBe('SERVER_NOT_SEALKEEP');
    }
    expect(target.seen).toEqual([]);
    await target.close();
  });

  test('nobody listens there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(
      await refusal({ addresses: { kms: `http://127.0.0.1:${port}`, cloud: world.cloud.address } }),
    ).toBe('SERVER_UNREACHABLE');
  });

  test('the two addresses are swapped', async () => {
    expect(await refusal({ addresses: { kms: world.cloud.address, cloud: proxy.address } })).toBe(
      'SERVER_NOT_SEALKEEP',
    );
  });

  test.each([
    'http://192.0.2.1:3000',
    'http://kms.example.org',
    'http://127.0.0.1.example.org',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://user:pass@kms.example.org',
    'https://kms.example.org/?token=x',
    'kms.example.org',
    '',
  ])('nothing is sent to %j', async (address) => {
    expect(await refusal({ addresses: { kms: proxy.address, cloud: address } })).toBe(
      'SERVER_ADDRESS_REFUSED',
    );
    expect(proxy.seen).toEqual([]);
  });
});

describe('who a server was before', () => {
  async function remembered() {
    const agent = await connect();
    await agent.close();
    proxy.seen.length = 0;
    return agent.servers;
  }

  test('signing keys none of which was seen before are another server, and it gets nothing', async () => {
    const known = await remembered();
    const strange = publishKeySet([{ typ: 'sealkeep-kms+jwt', key: await generateSigningKey('EdDSA') }]);
    proxy.meddle = at('/.well-known/jwks.json', () => jsonReply(strange));
    expect(await refusal({ known })).toBe('SERVER_IDENTITY_CHANGED');
  });

  test('keys that rotated beside one that is known are accepted and remembered', async () => {
    const known = await remembered();
    const fresh = await generateSigningKey('EdDSA');
    proxy.meddle = at('/.well-known/jwks.json', (real) =>
      withJson(real, ({ keys }: { keys: object[] }) => ({
        keys: [keys[0], ...publishKeySet([{ typ: 'sealkeep-cloud+jwt', key: fresh }]).keys],
      })),
    );
    const agent = await connect({ known });
    expect(agent.servers.kms.kids).toEqual([known.kms.kids[0], fresh.kid]);
    await agent.close();
  });

  test('the cloud’s keys are looked at too', async () => {
    const known = await remembered();
    const stranger = { ...known.cloud, kids: ['never seen'] };
    expect(await refusal({ known: { ...known, cloud: stranger } })).toBe('SERVER_IDENTITY_CHANGED');
  });
});
