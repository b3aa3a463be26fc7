import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from './caller.ts';
import {
  alice,
  bob,
  type CallOptions,
  carol,
  cloudToken,
  mallory,
  person,
  startTestCloud,
  type TestCloud,
} from './testing/test-cloud.ts';
import {
  codeOfReply,
  dataOfReply,
  formOf,
  makePair,
  register,
  shareFile,
  storedPair,
  type TestPair,
  wrappedKey,
} from './testing/test-pair.ts';

const past = person('past');
const OK = 'ok';
const GONE = 'CLOUD_NOT_FOUND';
const TAKEN = 'CLOUD_RESOURCE_TAKEN';

let cloud: TestCloud;
let pair: TestPair;
let shareId: string;
let time = new Date('2026-11-20T12:00:00.000Z');

beforeAll(async () => {
  cloud = await startTestCloud({ now: () => time });
  pair = await storedPair(cloud, alice, 'f.txt');
  const until = '2026-11-20T12:00:10.000Z';
  await shareFile(cloud, alice, { name: 'f.txt', with: 'past', role: 'writer', until });
  await shareFile(cloud, alice, {
    name: 'f.txt',
    with: 'bob',
    role: 'reader',
    until: '2026-12-31T00:00:00Z',
  });
  const made = await shareFile(cloud, alice, { name: 'f.txt', with: 'carol', role: 'writer' });
  shareId = ((await made.json()) as { data: { id: string } }).data.id;
  // A share ends at the very time it names.
  time = new Date(until);
});
afterAll(() => cloud.stop());

interface Line {
  readonly name: string;
  readonly method: string;
  readonly path: () => string;
  readonly options?: () => CallOptions;
  /** What each kind of caller gets: owner, writer, reader, one whose share ended, a stranger. */
  readonly gets: readonly [string, string, string, string, string];
}

const json = (value: () => unknown) => () => ({ json: value() });

/** In this order, as the last lines take away what the others need. */
const LINES: readonly Line[] = [
  {
    name: 'authorize a reader',
    method: 'POST',
    path: () => '/authorize',
    options: json(() => ({ resource_name: pair.resourceName, role: 'reader' })),
    gets: [OK, OK, OK, GONE, GONE],
  },
  {
    name: 'authorize a writer',
    method: 'POST',
    path: () => '/authorize',
    options: json(() => ({ resource_name: pair.resourceName, role: 'writer' })),
    gets: [OK, OK, GONE, GONE, GONE],
  },
  {
    name: 'authorize a batch',
    method: 'POST',
    path: () => '/authorize',
    options: json(() => ({ resource_names: [pair.resourceName], role: 'writer' })),
    gets: [OK, OK, GONE, GONE, GONE],
  },
  {
    name: 'register the same id',
    method: 'POST',
    path: () => '/resources',
    options: json(() => ({ id: pair.id, name: 'f.txt', size: 1 })),
    gets: [TAKEN, TAKEN, TAKEN, TAKEN, TAKEN],
  },
  {
    name: 'put a key',
    method: 'PUT',
    path: () => '/resources/keys',
    options: json(() => ({ items: [pair.key] })),
    gets: [OK, GONE, GONE, GONE, GONE],
  },
  {
    name: 'get the key',
    method: 'GET',
    path: () => `/resources/${pair.id}/key`,
    gets: [OK, OK, OK, GONE, GONE],
  },
  {
    name: 'names, which leave out what is not theirs',
    method: 'POST',
    path: () => '/resources/names',
    options: json(() => ({ resource_names: [pair.resourceName] })),
    gets: [OK, OK, OK, OK, OK],
  },
  {
    name: 'upload',
    method: 'POST',
    path: () => '/upload',
    options: () => ({ body: formOf(pair) }),
    gets: [OK, GONE, GONE, GONE, GONE],
  },
  { name: 'list', method: 'GET', path: () => '/list/alice', gets: [OK, OK, OK, GONE, GONE] },
  {
    name: 'download the .enc',
    method: 'GET',
    path: () => '/download/alice/f.txt.enc',
    gets: [OK, OK, OK, GONE, GONE],
  },
  {
    name: 'download the .key',
    method: 'GET',
    path: () => '/download/alice/f.txt.key',
    gets: [OK, OK, OK, GONE, GONE],
  },
  {
    name: 'share',
    method: 'POST',
    path: () => '/shares',
    options: json(() => ({ name: 'f.txt', with: 'dave', role: 'reader' })),
    gets: [OK, GONE, GONE, GONE, GONE],
  },
  { name: 'list shares', method: 'GET', path: () => '/shares?name=f.txt', gets: [OK, OK, OK, OK, OK] },
  { name: 'shared with me', method: 'GET', path: () => '/shared-with-me', gets: [OK, OK, OK, OK, OK] },
  {
    name: 'stop sharing',
    method: 'DELETE',
    path: () => `/shares/${shareId}`,
    gets: [OK, GONE, GONE, GONE, GONE],
  },
  {
    name: 'delete',
    method: 'DELETE',
    path: () => '/files/alice/f.txt.enc',
    gets: [OK, GONE, GONE, GONE, GONE],
  },
];

/** The owner last, who may do what takes away. */
const KINDS: readonly (readonly [string, Caller, number])[] = [
  ['a stranger', mallory, 4],
  ['one whose share ended', past, 3],
  ['a reader', bob, 2],
  ['a writer', carol, 1],
  ['the owner', alice, 0],
];

const REFUSED_TOKENS: Readonly<Record<string, () => Promise<string> | undefined>> = {
  nothing: () => undefined,
  'no token': async () => 'nonsense',
  'an expired token': () => cloudToken(alice, { at: new Date(time.getTime() - 3_600_000) }),
  'a token of the future': () => cloudToken(alice, { at: new Date(time.getTime() + 3_600_000) }),
  "the KMS's access token": () => cloudToken(alice, { typ: 'sealkeep-kms+jwt', at: time }),
  'an access token for this cloud under the cloud key': () =>
    cloudToken(alice, { typ: 'sealkeep-authz+jwt', at: time }),
  'a token of another audience': () => cloudToken(alice, { audience: 'https://kms.test', at: time }),
  'a token of another issuer': () => cloudToken(alice, { issuer: 'https://evil.test', at: time }),
  'a token without a person': () => cloudToken(alice, { claims: {}, at: time }),
  'a token of a foreign id': () => cloudToken(alice, { claims: { sub: '../x', email: 'alice' }, at: time }),
  "another's name under a new id": () => cloudToken({ id: 'x'.repeat(22), name: 'alice' }, { at: time }),
  'a tampered token': async () => {
    const [head, claims, signature] = (await cloudToken(mallory, { at: time })).split('.');
    const altered = Buffer.from(claims ?? '', 'base64url')
      .toString('utf8')
      .replaceAll('mallory', 'alice__');
    return [head, Buffer.from(altered).toString('base64url'), signature].join('.');
  },
};

describe.each(LINES)('$name', (line) => {
  test.each(Object.entries(REFUSED_TOKENS))('is refused with %s', async (_name, token) => {
    const bearer = await token();
    const options = { ...line.options?.(), ...(bearer === undefined ? {} : { token: bearer }) };
    const reply = await cloud.call(line.method, line.path(), options);
    expect(reply.status).toBe(401);
    expect(await codeOfReply(reply)).toBe('CLOUD_TOKEN_INVALID');
  });

  test.each(KINDS)('by %s', async (_name, caller, column) => {
    const reply = await cloud.call(line.method, line.path(), { ...line.options?.(), as: caller });
    const answer = reply.ok ? OK : await codeOfReply(reply);
    expect(answer).toBe(line.gets[column]);
    if (reply.ok) await reply.arrayBuffer();
  });
});

describe('what strangers can tell', () => {
  test('is the same of what is not there and of what is not theirs', async () => {
    await storedPair(cloud, alice, 'there.txt');
    const targets = ['/download/alice/there.txt.enc', '/download/alice/other.txt.enc'];
    const answers = await Promise.all(
      targets.map(async (target) => {
        const reply = await cloud.call('GET', target, { as: mallory });
        const { error } = (await reply.json()) as { error: { details: object } };
        return { status: reply.status, error: { ...error, details: { ...error.details, request: '' } } };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  test('names are told to who may open, uploaded or not, and of the very resource that was asked for', async () => {
    const mine = makePair(alice, 'local.txt');
    await register(cloud, alice, mine);
    const forged = `//sealkeep/${mallory.id}/${mine.id}`;
    const told = async (as: Caller, ...resource_names: string[]) =>
      dataOfReply(await cloud.call('POST', '/resources/names', { as, json: { resource_names } }));
    const named = { items: [{ resource_name: mine.resourceName, name: 'local.txt' }] };
    expect(await told(alice, mine.resourceName, mine.resourceName)).toEqual(named);
    expect(await told(alice, forged)).toEqual({ items: [] });
    expect(await told(mallory, mine.resourceName)).toEqual({ items: [] });
  });

  test('a writer cannot take a batch in which one name is another owner’s', async () => {
    const made = makePair(bob, 'x.txt');
    const alices = await storedPair(cloud, alice, 'batch.txt');
    const forged = `//sealkeep/${bob.id}/${alices.id}`;
    for (const resource_names of [[alices.resourceName, made.resourceName], [forged]]) {
      const reply = await cloud.call('POST', '/authorize', {
        as: alice,
        json: { resource_names, role: 'reader' },
      });
      expect(await codeOfReply(reply)).toBe(GONE);
    }
  });

  test('no log line holds a name or a token', async () => {
    const token = await cloudToken(mallory, { at: time });
    await cloud.call('GET', '/download/alice/there.txt.enc', { token });
    await cloud.call('GET', '/list/alice', { token: `${token}x` });
    const logged = cloud.logged();
    expect(logged).toContain('/download/:user/:filename');
    for (const secret of ['alice', 'mallory', 'there.txt', token, wrappedKey(3)]) {
      expect(logged).not.toContain(secret);
    }
  });
});
