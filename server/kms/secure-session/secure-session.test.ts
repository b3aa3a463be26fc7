import { afterEach, describe, expect, test } from 'vitest';
import { randomToken } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { initReply } from '../../../shared/api/kms/session.ts';
import { exchange, openTestSession, type TestSession } from '../../../test/kms/session-client.ts';
import { enrol, startTestKms, type TestKms, type TestKmsOptions } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';
import { SESSION_LIMITS } from './session-limits.ts';

const HOUR_S = 3600;
const started: TestKms[] = [];
afterEach(async () => {
  for (const kms of started.splice(0)) await kms.close();
});

async function start(options?: TestKmsOptions): Promise<TestKms> {
  const kms = await startTestKms(options);
  started.push(kms);
  return kms;
}

/** The code by which a session answers now; undefined where it is alive. */
const codeOf = async (session: TestSession) => (await session.call('GET', '/healthz')).code;

describe('beginning', () => {
  test('a session’s id and the server’s identity, the same after a restart', async () => {
    const kms = await start();
    const first = initReply.parse((await kms.call('GET', '/session/init')).data);
    await kms.restart();
    const second = initReply.parse((await kms.call('GET', '/session/init')).data);
    expect(second.rsaPublicKeyPem).toBe(first.rsaPublicKeyPem);
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(first).not.toHaveProperty('signedBy');
  });

  test('an id is good once and for a minute', async () => {
    const kms = await start();
    const { sessionId } = initReply.parse((await kms.call('GET', '/session/init')).data);
    const old = initReply.parse((await kms.call('GET', '/session/init')).data);
    const key = Secret.random(32);
    expect((await exchange(kms, randomToken(), key, sessionId)).status).toBe(200);
    expect((await exchange(kms, randomToken(), key, sessionId)).code).toBe('SESSION_KEY_REFUSED');
    expect((await exchange(kms, randomToken(), key, 'never given')).code).toBe('SESSION_KEY_REFUSED');
    kms.advance(60);
    expect((await exchange(kms, randomToken(), key, old.sessionId)).code).toBe('SESSION_KEY_REFUSED');
  });

  test('one address gets so many ids a minute, and is told when to ask again', async () => {
    const kms = await start();
    const { pendingOfAddress } = SESSION_LIMITS;
    const ask = () => fetch(`${kms.address()}/session/init`);
    const statuses: number[] = [];
    while (statuses.length < pendingOfAddress) {
      const replies = await Promise.all(Array.from({ length: 50 }, ask));
      for (const reply of replies) statuses.push(reply.status);
      await Promise.all(replies.map((reply) => reply.arrayBuffer()));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await refused.json()).toMatchObject({ error: { code: 'SESSION_LIMIT' } });
    kms.advance(60);
    expect((await kms.call('GET', '/session/init')).status).toBe(200);
  });

  test.each([0, 16, 31, 33])('a key of %i bytes is none', async (length) => {
    const kms = await start();
    expect((await exchange(kms, randomToken(), Secret.random(length))).code).toBe('SESSION_KEY_REFUSED');
  });

  test('a key under another RSA key, and none at all', async () => {
    const kms = await start();
    for (const wrappedKey of [Buffer.alloc(512, 7).toString('base64'), 'AAAA', undefined]) {
      const { sessionId } = initReply.parse((await kms.call('GET', '/session/init')).data);
      const answer = await kms.call('POST', '/session/key-exchange', {
        body: { sessionId, wrappedKey },
        headers: { 'x-client-token': randomToken() },
      });
      expect(answer.code).toBe(wrappedKey?.length === 684 ? 'SESSION_KEY_REFUSED' : 'REQUEST_INVALID');
    }
  });

  test('a client token is of its form, and nobody else’s', async () => {
    const kms = await start();
    for (const bad of [
      '',
      'a'.repeat(15),
      'a'.repeat(129),
      `${'a'.repeat(16)}+`,
      `${'a'.repeat(8)} ${'a'.repeat(8)}`,
    ]) {
      expect((await exchange(kms, bad, Secret.random(32))).code).toBe('REQUEST_INVALID');
    }
    const token = 'AZaz09._~-AZaz09';
    await openTestSession(kms, token);
    expect((await exchange(kms, token, Secret.random(32))).code).toBe('SESSION_TOKEN_TAKEN');
    kms.advance(900);
    // Ended, and not removed yet.
    expect((await exchange(kms, token, Secret.random(32))).status).toBe(200);
  });
});

describe('what is inside', () => {
  test('a person’s whole life, and nothing of it in clear', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    const { confirmed } = await enrol(kms, 'anna');
    const bearer = confirmed.access_token;
    const logins = await session.call('GET', '/logins', { bearer });
    expect([logins.status, logins.data]).toMatchObject([200, [{ current: true }]]);
    const refreshed = await session.call('POST', '/refresh', {
      body: { refresh_token: confirmed.refresh_token },
    });
    expect(refreshed.data).toMatchObject({ token_type: 'Bearer' });
    const made = await session.call('POST', '/register', {
      body: { user: 'ben', password: 'long enough it is' },
    });
    expect(made.status).toBe(201);
    const [login] = logins.data as unknown as { id: string }[];
    expect((await session.call('DELETE', `/logins/${login?.id}`, { bearer })).status).toBe(200);
  });

  test('refusals come back as messages too, in the shape of their path', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    expect((await session.call('GET', '/logins', { bearer: 'wrong' })).code).toBe('AUTHENTICATION_INVALID');
    expect((await session.call('GET', '/nothing')).code).toBe('ROUTE_NOT_FOUND');
    expect((await session.call('POST', '/login', { body: { user: 7 } })).code).toBe('REQUEST_INVALID');
    expect((await session.call('DELETE', '/login')).code).toBe('METHOD_NOT_ALLOWED');
    const kacls = await session.call('POST', '/wrap', { body: {} });
    expect([kacls.status, kacls.json]).toMatchObject([
      400,
      { details: expect.stringMatching(/^REQUEST_INVALID /) },
    ]);
  });

  test('a bearer token that stood outside does not count', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    const { confirmed } = await enrol(kms, 'anna');
    const message = session.message('GET', '/logins');
    const response = await fetch(`${kms.address()}/logins`, {
      headers: {
        'x-client-token': session.token,
        'x-sealkeep-jwe': message,
        authorization: `Bearer ${confirmed.access_token}`,
      },
    });
    expect(response.status).toBe(401);
  });
});

describe('its end', () => {
  test('it slides while it is used, and not beyond 12 hours', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    for (let used = 0; used < 12 * 6 - 1; used += 1) {
      kms.advance(600);
      expect(await codeOf(session)).toBeUndefined();
    }
    kms.advance(599);
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(1);
    expect(await codeOf(session)).toBe('SESSION_ENDED');
  });

  test('unused for its time, it ends', async () => {
    const kms = await start({ session: { ttlMs: 60_000 } });
    const session = await openTestSession(kms);
    kms.advance(59);
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(59);
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(60);
    expect(await codeOf(session)).toBe('SESSION_ENDED');
  });

  test('without sliding it ends however much it is used', async () => {
    const kms = await start({ session: { isSliding: false } });
    const session = await openTestSession(kms);
    kms.advance(899);
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(1);
    expect(await codeOf(session)).toBe('SESSION_ENDED');
  });

  test('each use counts, also of /crypto; what does not open is none', async () => {
    const kms = await start();
    const [session, other] = [await openTestSession(kms), await openTestSession(kms)];
    const encrypt = () =>
      kms.call('POST', '/crypto/encrypt', {
        body: { algorithm: 'AES-256-GCM', plaintext: '' },
        headers: { 'x-client-token': session.token },
      });
    kms.advance(800);
    expect((await encrypt()).status).toBe(200);
    const strange = other.message('GET', '/healthz', { key: session.keys.client });
    expect((await other.sendText('GET', '/healthz', strange)).code).toBe('SESSION_MESSAGE_REFUSED');
    kms.advance(800);
    expect((await encrypt()).status).toBe(200);
    expect(await codeOf(other)).toBe('SESSION_ENDED');
  });

  test('an unknown client token, and none', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    expect(
      (await session.sendText('GET', '/healthz', session.message('GET', '/healthz'), randomToken())).code,
    ).toBe('SESSION_ENDED');
    expect(
      (await session.sendText('GET', '/healthz', session.message('GET', '/healthz'), 'short')).code,
    ).toBe('REQUEST_INVALID');
    expect((await kms.post('/session/rotate-token', {})).code).toBe('REQUEST_INVALID');
  });

  test('what has ended is removed in the background, and what lives stays', async () => {
    const due = new Set<() => void>();
    const kms = await start({
      schedule: (_ms, work) => {
        due.add(work);
        return () => void due.delete(work);
      },
    });
    const background = due.size;
    const session = await openTestSession(kms);
    kms.advance(600);
    const young = await openTestSession(kms);
    kms.advance(400);
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    const ids = async () =>
      (await database.selectFrom('client_tokens').select('session_id as id').execute()).map(({ id }) => id);
    expect((await ids()).sort()).toEqual([session.id, young.id].sort());
    const works = [...due];
    due.clear();
    for (const work of works) work();
    await expect.poll(() => due.size).toBe(background);
    expect(await ids()).toEqual([young.id]);
    expect(await codeOf(young)).toBeUndefined();
    expect(await codeOf(session)).toBe('SESSION_ENDED');
    await database.destroy();
    await kms.close();
    started.splice(started.indexOf(kms), 1);
    expect(due.size).toBe(0);
  });

  test('a restart keeps what lives', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    expect(await codeOf(session)).toBeUndefined();
    await kms.restart();
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(12 * HOUR_S);
    await kms.restart();
    expect(await codeOf(session)).toBe('SESSION_ENDED');
  });

  test('tokens and keys are not to be found on disk', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    await kms.call('POST', '/crypto/sign', {
      body: { algorithm: 'Ed25519', data: '' },
      headers: { 'x-client-token': session.token },
    });
    const files = await kms.files();
    expect(files.includes(session.token)).toBe(false);
    for (const key of Object.values(session.keys)) {
      const bytes = key.export();
      for (const spelling of [
        bytes,
        bytes.toString('hex'),
        bytes.toString('base64'),
        bytes.toString('base64url'),
      ]) {
        expect(files.includes(spelling)).toBe(false);
        expect(kms.log().includes(spelling.toString('latin1'))).toBe(false);
      }
    }
    expect(kms.log()).not.toContain(session.token);
  });
});

describe('rotating the client token', () => {
  const rotate = (kms: TestKms, token: string, body: object = {}) =>
    kms.call('POST', '/session/rotate-token', { body, headers: { 'x-client-token': token } });

  test('the server’s own has its prefix; the one before goes on for the window', async () => {
    const kms = await start({ session: { tokenPrefix: 'team-a.' } });
    const session = await openTestSession(kms);
    const answer = await rotate(kms, session.token);
    expect(answer.data).toEqual({
      newToken: expect.stringMatching(/^team-a\.[\w-]{43}$/),
      expiresAt: session.expiresAt,
    });
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(9);
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(1);
    expect(await codeOf(session)).toBe('SESSION_ENDED');
    session.token = String(answer.data['newToken']);
    expect(await codeOf(session)).toBeUndefined();
  });

  test('a proposed one is checked for its form, and for being free', async () => {
    const kms = await start();
    const [session, other] = [await openTestSession(kms), await openTestSession(kms)];
    for (const token of ['short', 'x'.repeat(129), 'not a client token!', 7]) {
      expect((await rotate(kms, session.token, { token })).code).toBe('REQUEST_INVALID');
    }
    for (const token of [session.token, other.token]) {
      expect((await rotate(kms, session.token, { token })).code).toBe('SESSION_TOKEN_TAKEN');
    }
    const token = 'proposed-by-the-client';
    expect((await rotate(kms, session.token, { token })).data['newToken']).toBe(token);
    // The former one is in use until its window is over.
    expect((await rotate(kms, other.token, { token: session.token })).code).toBe('SESSION_TOKEN_TAKEN');
    kms.advance(10);
    expect((await rotate(kms, other.token, { token: session.token })).status).toBe(200);
  });

  test('so many times in a window, and then again after it', async () => {
    const kms = await start({ session: { rotateMax: 2 } });
    const session = await openTestSession(kms);
    const first = String((await rotate(kms, session.token)).data['newToken']);
    kms.advance(4);
    const second = String((await rotate(kms, first)).data['newToken']);
    const refused = await rotate(kms, second);
    expect([refused.status, refused.code, JSON.parse(refused.text).error.details.retry_after]).toEqual([
      429,
      'SESSION_ROTATED_TOO_OFTEN',
      6,
    ]);
    kms.advance(6);
    expect((await rotate(kms, second)).status).toBe(200);
  });

  test('inside the session, and by a token in its window: an answer may have been lost', async () => {
    const kms = await start();
    const session = await openTestSession(kms);
    const before = session.token;
    const answer = await session.call('POST', '/session/rotate-token', { body: {} });
    expect((await rotate(kms, before)).status).toBe(200);
    session.token = String(answer.data['newToken']);
    expect(await codeOf(session)).toBeUndefined();
    await kms.restart();
    expect(await codeOf(session)).toBeUndefined();
    kms.advance(10);
    expect(await codeOf(session)).toBe('SESSION_ENDED');
  });
});
