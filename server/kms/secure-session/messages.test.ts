import { maxHeaderSize, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJwe } from '../../../core/crypto/jwe.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { openTestSession, type TestMessage, type TestSession } from '../../../test/kms/session-client.ts';
import { enrol, startTestKms, type TestKms, type TestPerson } from '../../../test/kms/start-test-kms.ts';
import { SEQ_WINDOW } from './seq-window.ts';

let kms: TestKms;
let session: TestSession;
let other: TestSession;
let person: TestPerson;

beforeAll(async () => {
  kms = await startTestKms();
  person = await enrol(kms, 'anna');
  session = await openTestSession(kms);
  other = await openTestSession(kms);
});
afterAll(() => kms.close());

/** Sends a message in the header, with request line and body just so: `fetch` has ideas of its own. @returns the body. */
function sendExactly(
  method: string,
  target: string,
  message: string,
  { type, body = '' }: { readonly type?: string; readonly body?: string } = {},
): Promise<string> {
  const { hostname, port } = new URL(kms.address());
  const headers = {
    ...{ 'x-client-token': session.token, 'x-sealkeep-jwe': message, connection: 'close' },
    ...(type === undefined ? {} : { 'content-type': type, 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: target, headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

type Kind = readonly [method: string, path: string, content: () => TestMessage];

const KACLS = { authentication: 'a', authorization: 'b', reason: '' };
/** One of every kind of body: none, ours, a KACLS call's, a batch's, and those about sessions themselves. */
const KINDS: readonly Kind[] = [
  ['GET', '/healthz', () => ({})],
  ['GET', '/logins?x=1', () => ({ bearer: person.confirmed.access_token })],
  ['DELETE', '/grants/none', () => ({ bearer: person.confirmed.access_token })],
  ['POST', '/login', () => ({ body: { user: 'anna', password: 'x', code: '000000' } })],
  ['POST', '/grants', () => ({ bearer: 'x', body: {} })],
  ['POST', '/unwrap', () => ({ body: { ...KACLS, wrapped_key: 'AAAA' } })],
  ['POST', '/wrap/batch', () => ({ body: { ...KACLS, items: [{ resource_name: 'x', key: 'AAAA' }] } })],
  ['POST', '/session/rotate-token', () => ({ body: { token: 'short' } })],
  ['POST', '/crypto/encrypt', () => ({ body: { algorithm: 'AES-256-GCM', plaintext: 'AAAA' } })],
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const REFUSED = 'SESSION_MESSAGE_REFUSED';

describe.each(KINDS)('%s %s', (method, path, content) => {
  const messageOf = (more: TestMessage = {}, of = session) =>
    of.message(method, path, { ...content(), ...more });
  const codeOf = async (text: string, to = path, by = method, token = session.token) =>
    (await session.sendText(by, to, text, token)).code;

  test('is answered once, by a message', async () => {
    const text = messageOf();
    const answer = await session.sendText(method, path, text);
    expect(answer.text).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+$/);
    for (let times = 0; times < 3; times += 1) expect(await codeOf(text)).toBe(REFUSED);
  });

  test('is taken once of many at the same time', async () => {
    const text = messageOf();
    const answers = await Promise.all(Array.from({ length: 8 }, () => session.sendText(method, path, text)));
    expect(answers.filter(({ code }) => code === REFUSED)).toHaveLength(7);
  });

  test('is not taken by another path or method, nor then spent', async () => {
    const text = messageOf();
    const elsewhere = KINDS.filter(([, to]) => to !== path);
    for (const [by, to] of elsewhere) expect(await codeOf(text, to, by)).toBe(REFUSED);
    for (const by of METHODS.filter((one) => one !== method))
      expect(await codeOf(text, path, by)).toBe(REFUSED);
    for (const to of [`${path}${path.includes('?') ? '&' : '?'}a=b`, `${path.toUpperCase()}`, `/${path}`]) {
      expect(await codeOf(text, to)).toBe(REFUSED);
    }
    expect(await codeOf(text)).toBeUndefined();
  });

  test('is not taken in another session, nor under its name', async () => {
    const text = messageOf();
    expect(await codeOf(text, path, method, other.token)).toBe(REFUSED);
    expect(await codeOf(messageOf({ header: { sid: other.id } }))).toBe(REFUSED);
    const disguised = messageOf({ key: other.keys.client, header: { sid: other.id } });
    expect(await codeOf(disguised)).toBe(REFUSED);
    expect(await codeOf(text)).toBeUndefined();
  });

  test('what the server answered is nothing to send back', async () => {
    const { text } = await session.sendText(method, path, messageOf());
    expect(await codeOf(text)).toBe(REFUSED);
    expect(await codeOf(messageOf({ key: session.keys.server }))).toBe(REFUSED);
    expect(await codeOf(messageOf({ key: session.keys.session }))).toBe(REFUSED);
  });

  test('the parts of two messages are not one', async () => {
    const [one, two] = [messageOf().split('.'), messageOf().split('.')];
    for (const at of [0, 2, 3, 4]) {
      const mixed = one.map((part, index) => (index === at ? two[index] : part)).join('.');
      expect(await codeOf(mixed)).toBe(REFUSED);
    }
    for (const text of ['.', '....', 'x', one.slice(0, 4).join('.')])
      expect(await codeOf(text)).toBe(REFUSED);
  });

  test('numbers that are none, and what is said of it that is not so', async () => {
    for (const seq of [0, -1, 1.5, 2 ** 60]) expect(await codeOf(messageOf({ seq }))).toBe(REFUSED);
    for (const header of [{ seq: '7' }, { htm: method.toLowerCase() }, { htu: '' }, { sid: '' }]) {
      expect(await codeOf(messageOf({ header }))).toBe(REFUSED);
    }
  });

  test('neither it nor its answer opens at /crypto/decrypt', async () => {
    const text = messageOf();
    const reply = await session.sendText(method, path, text);
    for (const one of [text, reply.text])
      expect(await fedToDecrypt(one)).toEqual(Array(3).fill('CIPHERTEXT_REFUSED'));
  });
});

/** `/crypto/decrypt` with the parts of a message, and what could stand for its additional data. @returns the codes. */
function fedToDecrypt(text: string): Promise<(string | undefined)[]> {
  const [header = '', , ...parts] = text.split('.');
  const standard = (part: string) => Buffer.from(part, 'base64url').toString('base64');
  const [iv, ciphertext, tag] = parts.map(standard);
  return Promise.all(
    ['', Buffer.from(header).toString('base64'), standard(header)].map(async (aad) => {
      const answer = await kms.call('POST', '/crypto/decrypt', {
        body: { algorithm: 'AES-256-GCM', ciphertext, iv, tag, aad },
        headers: { 'x-client-token': session.token },
      });
      return answer.code;
    }),
  );
}

test('whatever endpoint there is: its messages replayed, reflected, swapped, re-routed and fed to /crypto/decrypt', async () => {
  expect(kms.endpoints.length).toBeGreaterThan(40);
  const paths = kms.endpoints.map(({ method, path }) => ({ method, path: path.replaceAll(':', '') }));
  for (const [index, { method, path }] of paths.entries()) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : { of: path };
    const message = () => session.message(method, path, { body });
    const codeOf = async (text: string, to = path, token = session.token) =>
      (await session.sendText(method, to, text, token)).code;
    const text = message();
    const elsewhere = paths.find((one, at) => at !== index && one.method === method && one.path !== path);
    expect([path, await codeOf(text, elsewhere?.path)]).toEqual([path, REFUSED]);
    expect([path, await codeOf(text, path, other.token)]).toEqual([path, REFUSED]);
    const reply = await session.sendText(method, path, text);
    expect([path, openJwe(session.keys.server, reply.text)?.header]).toMatchObject([path, { htu: path }]);
    expect([path, await codeOf(text)]).toEqual([path, REFUSED]);
    const isLong = body === undefined && reply.text.length > maxHeaderSize;
    expect([path, await codeOf(reply.text)]).toEqual([path, isLong ? 'HEADER_TOO_LONG' : REFUSED]);
    const [one, two] = [message().split('.'), message().split('.')];
    const swapped = [...one.slice(0, 3), two[3], one[4]].join('.');
    expect([path, await codeOf(swapped)]).toEqual([path, REFUSED]);
    for (const fed of [text, reply.text]) {
      const refused = fed.length > LIMITS.jsonBody ? 'REQUEST_TOO_LARGE' : 'CIPHERTEXT_REFUSED';
      expect([path, await fedToDecrypt(fed)]).toEqual([path, Array(3).fill(refused)]);
    }
  }
});

test('a `?` with nothing behind it is there or not, as HTTP clients like', async () => {
  for (const [said, sent] of [
    ['/healthz?', '/healthz'],
    ['/healthz', '/healthz?'],
    ['/healthz?', '/healthz?'],
  ] as const) {
    const text = session.message('GET', said);
    const raw = await sendExactly('GET', sent, text);
    const about = openJwe(session.keys.server, raw)?.header;
    expect(about).toMatchObject({ status: 200, htu: '/healthz' });
  }
  expect((await session.sendText('GET', '/healthz', session.message('GET', '/healthz?a'))).code).toBe(
    REFUSED,
  );
});

test('what /crypto/encrypt gives is no message', async () => {
  const about = {
    alg: 'dir',
    enc: 'A256GCM',
    sid: session.id,
    seq: session.seq + 1,
    htm: 'GET',
    htu: '/healthz',
  };
  const header = Buffer.from(JSON.stringify(about)).toString('base64url');
  const sealed = await session.call('POST', '/crypto/encrypt', {
    body: {
      algorithm: 'AES-256-GCM',
      plaintext: Buffer.from('{}').toString('base64'),
      aad: Buffer.from(header).toString('base64'),
    },
  });
  const [iv, ciphertext, tag] = ['iv', 'ciphertext', 'tag'].map((name) =>
    Buffer.from(String(sealed.data[name]), 'base64').toString('base64url'),
  );
  const forged = `${header}..${iv}.${ciphertext}.${tag}`;
  expect((await session.sendText('GET', '/healthz', forged)).code).toBe(REFUSED);
});

test('a message in the header and one in the body are one too many', async () => {
  const response = await fetch(`${kms.address()}/login`, {
    method: 'POST',
    headers: {
      'x-client-token': session.token,
      'x-sealkeep-jwe': session.message('POST', '/login'),
      'content-type': 'application/jose',
    },
    body: session.message('POST', '/login'),
  });
  expect([response.status, (await response.json()).error.code]).toEqual([400, 'REQUEST_INVALID']);
});

test('a message without a client token is none', async () => {
  const response = await fetch(`${kms.address()}/healthz`, {
    headers: { 'x-sealkeep-jwe': session.message('GET', '/healthz') },
  });
  expect((await response.json()).error.code).toBe('REQUEST_INVALID');
});

test('a body of a batch may be large, another may not', async () => {
  const body = { ...KACLS, items: [], filling: 'A'.repeat(3_900_000) };
  expect((await session.call('POST', '/wrap/batch', { body })).json['details']).toMatch(/^REQUEST_INVALID/);
  expect((await session.call('POST', '/login', { body })).code).toBe('REQUEST_TOO_LARGE');
});

describe('numbers', () => {
  const isTaken = async (of: TestSession, seq: number) =>
    (await of.call('GET', '/healthz', { seq })).code === undefined;

  test('the window’s edges', async () => {
    const fresh = await openTestSession(kms);
    expect(await isTaken(fresh, 3000)).toBe(true);
    expect(await isTaken(fresh, 3000 - SEQ_WINDOW)).toBe(false);
    expect(await isTaken(fresh, 3001 - SEQ_WINDOW)).toBe(true);
    expect(await isTaken(fresh, 3001 - SEQ_WINDOW)).toBe(false);
    expect(await isTaken(fresh, 2999)).toBe(true);
  });

  test('in any order and at once, each is taken', async () => {
    const fresh = await openTestSession(kms);
    // Across the first floor in the database.
    const seqs = Array.from({ length: 60 }, (_, index) => SEQ_WINDOW - 30 + index).reverse();
    const answers = await Promise.all(seqs.map((seq) => isTaken(fresh, seq)));
    expect(answers).toEqual(seqs.map(() => true));
  });

  test('a server that is killed takes none again, and goes on above', async () => {
    const crashing = await startTestKms();
    const fresh = await openTestSession(crashing);
    const seqs = [1, 5, SEQ_WINDOW - 1, SEQ_WINDOW, SEQ_WINDOW + 1, SEQ_WINDOW + 2, 3 * SEQ_WINDOW];
    for (const seq of seqs) expect(await isTaken(fresh, seq)).toBe(true);
    await crashing.crash();
    for (const seq of seqs) expect(await isTaken(fresh, seq)).toBe(false);
    expect(await isTaken(fresh, 3 * SEQ_WINDOW + 1)).toBe(false);
    expect(await isTaken(fresh, 4 * SEQ_WINDOW + 1)).toBe(true);
    await crashing.close();
  });

  test('one that stops in order goes on where it was', async () => {
    const stopping = await startTestKms();
    const fresh = await openTestSession(stopping);
    for (const seq of [1, 2, 7]) expect(await isTaken(fresh, seq)).toBe(true);
    await stopping.restart();
    for (const seq of [1, 2, 7]) expect(await isTaken(fresh, seq)).toBe(false);
    expect(await isTaken(fresh, 8)).toBe(true);
    await stopping.close();
  });
});

describe('a body of somebody else’s beside a message', () => {
  test.each(KINDS)('is refused: %s %s', async (method, path, content) => {
    for (const type of [
      'application/json',
      'application/jose',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      const message = session.message(method, path, content());
      expect(
        await sendExactly(method, path, message, { type, body: '{"token":"of-somebody-else"}' }),
      ).toContain('REQUEST_INVALID');
      expect((await session.sendText(method, path, message)).code).toBeUndefined();
    }
  });

  test('is not there where the request has none: the message may then be in the header', async () => {
    const message = session.message('POST', '/session/rotate-token', { body: { token: 'x' } });
    const answer = await sendExactly('POST', '/session/rotate-token', message, { type: 'application/json' });
    expect(openJwe(session.keys.server, answer)?.plaintext.toString()).toContain('REQUEST_INVALID');
  });
});
