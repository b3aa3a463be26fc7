import { afterEach, describe, expect, test } from 'vitest';
import { generateRsaOaepPair } from '../../core/crypto/rsa-oaep.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import {
  enrol,
  PASSWORD,
  startTestKms,
  type TestKms,
  type TestKmsOptions,
} from '../../test/kms/start-test-kms.ts';
import {
  jsonReply,
  type Meddle,
  type ProxyReply,
  startMeddlingProxy,
} from '../../test/support/meddling-proxy.ts';
import type { Peer } from '../http/peer.ts';
import { createTransport } from '../http/transport.ts';
import { createKmsClient } from '../servers/kms-client.ts';
import { createSecureTransport } from './secure-transport.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options?: TestKmsOptions) {
  const kms = await startTestKms(options);
  const proxy = await startMeddlingProxy(() => kms.address());
  closing.push(
    () => proxy.close(),
    () => kms.close(),
  );
  return { kms, proxy, ...clientOf(kms, proxy.address) };
}

function clientOf(kms: TestKms, address: string, known?: string, signal?: AbortSignal) {
  const transport = createTransport();
  const peer: Peer = { service: 'KMS', address, idleTimeoutMs: 20_000, send: transport.send, signal };
  const secure = createSecureTransport(peer, known, kms.now);
  closing.unshift(async () => {
    secure.close();
    transport.close();
  });
  return { secure, client: createKmsClient({ ...peer, send: secure.send }) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isSealkeepError(thrown)) throw thrown ?? new Error('it was answered');
  return thrown.code;
}

const count = (seen: readonly { path: string }[], path: string) =>
  seen.filter((one) => one.path === path).length;
const at =
  (path: string, then: Meddle): Meddle =>
  (request, forward) =>
    request.path === path ? then(request, forward) : forward();
const wrong = { user: 'anna', password: PASSWORD, code: '000000' };

describe('a session', () => {
  test('is opened once, whoever comes first', async () => {
    const { proxy, client } = await start();
    await Promise.all(Array.from({ length: 20 }, () => client.health()));
    expect(count(proxy.seen, '/session/init')).toBe(1);
    expect(new Set(proxy.seen.map(({ headers }) => headers['x-client-token'])).size).toBe(2);
  });

  test('is renewed before it ends, also where the clocks differ', async () => {
    const { kms, proxy, client } = await start({ session: { ttlMs: 60_000 } });
    await client.health();
    kms.advance(53);
    await client.health();
    kms.advance(53);
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    expect(count(proxy.seen, '/session/init')).toBe(1);
    kms.advance(60);
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    expect(count(proxy.seen, '/session/init')).toBe(2);
  });

  test('goes on over twelve hours by another', async () => {
    const { kms, proxy, client } = await start();
    for (let hours = 0; hours < 25; hours += 1) {
      for (let part = 0; part < 6; part += 1) {
        expect(await codeOf(client.refresh('x'.repeat(43)))).toBe('REFRESH_REFUSED');
        kms.advance(600);
      }
    }
    expect(count(proxy.seen, '/session/init')).toBe(3);
  }, 60_000);

  test('changes its client token, and uses the former no more', async () => {
    const { kms, proxy, client } = await start();
    await client.health();
    const before = proxy.seen.at(-1)?.headers['x-client-token'];
    kms.advance(300);
    await Promise.all([client.health(), client.health()]);
    expect(count(proxy.seen, '/session/rotate-token')).toBe(1);
    expect(count(proxy.seen, '/session/init')).toBe(1);
    const used = proxy.seen.slice(-2).map(({ headers }) => headers['x-client-token']);
    expect(used[0]).toBe(used[1]);
    expect(used[0]).not.toBe(before);
    kms.advance(20);
    await client.health();
  });

  test('whose token may have changed, for the answer was lost, is left', async () => {
    const { kms, proxy, client } = await start();
    await client.health();
    kms.advance(300);
    proxy.meddle = at('/session/rotate-token', async (_, forward) => ({
      ...(await forward()),
      cut: { after: 3 },
    }));
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    expect(count(proxy.seen, '/session/init')).toBe(2);
  });

  test('outlives a restart of the server', async () => {
    const { kms, proxy, client } = await start();
    await client.health();
    await kms.restart();
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    expect(count(proxy.seen, '/session/init')).toBe(1);
  });

  test('a server that was killed: what changes nothing is asked again, the rest is not sent twice', async () => {
    const { kms, proxy, client } = await start();
    await client.health();
    await kms.crash();
    await client.health();
    expect(count(proxy.seen, '/session/init')).toBe(2);
    await kms.crash();
    expect(await codeOf(client.login(wrong))).toBe('SESSION_MESSAGE_REFUSED');
    expect(count(proxy.seen, '/login')).toBe(1);
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    expect(count(proxy.seen, '/login')).toBe(2);
  });

  test('one that waits for it can be cancelled without the others', async () => {
    const { kms, proxy, client } = await start();
    const held = Promise.withResolvers<void>();
    proxy.meddle = at('/session/init', async (_, forward) => {
      await held.promise;
      return forward();
    });
    const cancelled = new AbortController();
    const { secure } = clientOf(kms, proxy.address);
    const request = {
      method: 'GET',
      url: `${proxy.address}/healthz`,
      headers: {},
      idleTimeoutMs: 20_000,
    } as const;
    const first = codeOf(secure.send({ ...request, signal: cancelled.signal }));
    const second = secure.send(request);
    cancelled.abort();
    expect(await first).toBe('JOB_CANCELLED');
    held.resolve();
    expect((await second).status).toBe(200);
    await client.health();
  });
});

describe('who the server is', () => {
  test('another key than the known one gets nothing', async () => {
    const { kms, proxy } = await start();
    const other = await startTestKms({ makeIdentityPair: generateRsaOaepPair });
    closing.push(() => other.close());
    const { secure, client } = clientOf(kms, proxy.address);
    await client.health();
    proxy.seen.length = 0;
    const stranger = await other.call('GET', '/session/init');
    proxy.meddle = at('/session/init', async () => jsonReply(JSON.parse(stranger.text)));
    const { client: careful } = clientOf(kms, proxy.address, secure.identity());
    expect(await codeOf(careful.login(wrong))).toBe('SERVER_IDENTITY_CHANGED');
    expect(proxy.seen.map(({ path }) => path)).toEqual(['/session/init']);
    // Also where the session that it knows is said to have ended.
    proxy.meddle = async (request, forward) => {
      if (request.path === '/session/init') return jsonReply(JSON.parse(stranger.text));
      return request.path === '/healthz' ? ended : forward();
    };
    expect(await codeOf(client.health())).toBe('SERVER_IDENTITY_CHANGED');
  }, 60_000);

  test('a new key that the known one signed is taken, and known from then on', async () => {
    const { kms, proxy, secure, client } = await start({ makeIdentityPair: generateRsaOaepPair });
    await client.health();
    const before = secure.identity();
    await kms.restart({ isIdentityRenewed: true });
    const { secure: later, client: again } = clientOf(kms, proxy.address, before);
    await again.health();
    expect(later.identity()).not.toBe(before);
  }, 60_000);

  test('who cannot open the session’s key shows it at once', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/session/key-exchange', async ({ body }) => {
      const { sessionId } = JSON.parse(body.toString()) as { sessionId: string };
      return jsonReply({ data: { sessionId, expiresAt: Date.now() + 900_000, confirmation: 'a..b.c.d' } });
    });
    expect(await codeOf(client.login(wrong))).toBe('SERVER_ANSWER_INVALID');
    expect(proxy.seen.map(({ path }) => path)).toEqual(['/session/init', '/session/key-exchange']);
  });

  test('a server without secure sessions is too old', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/session/init', async () =>
      jsonReply({ error: { code: 'ROUTE_NOT_FOUND', message: '' } }, 404),
    );
    expect(await codeOf(client.health())).toBe('SERVER_TOO_OLD');
  });
});

const refusal = (code: string, status: number) => jsonReply({ error: { code, message: '' } }, status);
const ended = refusal('SESSION_ENDED', 401);

describe('whoever stands between', () => {
  test.each(['SESSION_ENDED', 'SESSION_MESSAGE_REFUSED'])(
    'who passes a request on and answers %s makes nothing happen twice',
    async (code) => {
      const { proxy, client } = await start();
      await client.health();
      proxy.seen.length = 0;
      proxy.meddle = at('/login', async (_, forward) => {
        await forward();
        return refusal(code, 400);
      });
      expect(await codeOf(client.login(wrong))).toBe(code);
      expect(proxy.seen.map(({ path }) => path)).toEqual(['/login']);
    },
  );

  test('who sends a request twice gets it answered once, and the second answer opens no second try', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/login', async (_, forward) => {
      await forward();
      return forward();
    });
    expect(await codeOf(client.login(wrong))).toBe('SESSION_MESSAGE_REFUSED');
    expect(count(proxy.seen, '/login')).toBe(1);
  });

  test('a question that changes nothing is asked again, once', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/healthz', async () => ended);
    expect(await codeOf(client.health())).toBe('SESSION_ENDED');
    expect(count(proxy.seen, '/healthz')).toBe(2);
  });

  /** An earlier answer, to a login that was refused. */
  let earlier: ProxyReply;
  test.each<[string, Meddle]>([
    ['an answer in clear', async () => jsonReply({ data: { access_token: 'x' } })],
    ['a refusal in clear that would end the login', async () => refusal('REFRESH_REFUSED', 401)],
    ['a refusal in clear', async () => refusal('LOGIN_REFUSED', 401)],
    ['a page', async () => ({ status: 502, headers: {}, body: Buffer.from('<html>') })],
    ['nothing', async () => ({ status: 200, headers: {}, body: Buffer.alloc(0) })],
    ['the request itself', async ({ body }) => message(body)],
    ['an earlier answer', async () => earlier],
    [
      'an answer of which one character is another',
      async (_, forward) => {
        const real = await forward();
        const changed = Buffer.from(real.body);
        const middle = changed.length >> 1;
        changed[middle] = changed[middle] === 65 ? 66 : 65;
        return { ...real, body: changed };
      },
    ],
    ['a success that says no session', async () => refusal('SESSION_ENDED', 200)],
  ])('%s is not understood', async (_, meddle) => {
    const { proxy, client } = await start();
    proxy.meddle = at('/login', async (_request, forward) => {
      earlier = await forward();
      return earlier;
    });
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
    proxy.meddle = at('/login', meddle);
    expect(await codeOf(client.login(wrong))).toBe('SERVER_ANSWER_INVALID');
  });

  test('the answers of two requests under way do not change places', async () => {
    const { proxy, client } = await start();
    await client.health();
    const both: ((reply: ProxyReply) => void)[] = [];
    const replies: ProxyReply[] = [];
    proxy.meddle = at('/login', async (_, forward) => {
      replies.push(await forward());
      const mine = Promise.withResolvers<ProxyReply>();
      both.push(mine.resolve);
      const [one, two] = replies;
      if (one && two) {
        both[1]?.(one);
        both[0]?.(two);
      }
      return mine.promise;
    });
    const codes = await Promise.all([codeOf(client.login(wrong)), codeOf(client.login(wrong))]);
    expect(codes).toEqual(['SERVER_ANSWER_INVALID', 'SERVER_ANSWER_INVALID']);
  });

  test('what HTTP says outside does not count', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/login', async (_, forward) => ({ ...(await forward()), status: 200 }));
    expect(await codeOf(client.login(wrong))).toBe('LOGIN_REFUSED');
  });

  test('a refusal at the server’s door is told', async () => {
    const { proxy, client } = await start();
    proxy.meddle = at('/login', async () => refusal('ADDRESS_REFUSED', 403));
    expect(await codeOf(client.login(wrong))).toBe('ADDRESS_REFUSED');
  });

  function message(body: Buffer): ProxyReply {
    return { status: 200, headers: { 'content-type': 'application/jose' }, body };
  }
});

test('a bearer token goes inside, and what comes with it', async () => {
  const { kms, proxy, client } = await start();
  const { confirmed } = await enrol(kms, 'anna');
  const [login] = await client.logins(confirmed.access_token);
  expect(login?.current).toBe(true);
  expect(proxy.seen.some(({ headers }) => headers['authorization'] !== undefined)).toBe(false);
  await client.logout(confirmed.refresh_token);
});
