import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB } from './testing/memory-app.ts';
import { listenTo, startShell, type TestShell } from './testing/start-shell.ts';

let shell: TestShell;
let secrets: Readonly<Record<string, string>>;
beforeEach(async () => {
  shell = await startShell();
  secrets = await shell.enter();
});
afterEach(() => shell.close());

test('a token is exchanged once, for a cookie that no script reads and a secret that no cookie holds', async () => {
  let uses = 0;
  const token = shell.issueToken(() => {
    uses += 1;
  });
  const first = await shell.ask('POST', '/admission', {}, { token });
  expect(first.status).toBe(200);
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(
      new RegExp(`^sealkeep-${shell.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    ),
  ]);
  const { page_secret: secret } = first.json() as { page_secret: string };
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(first.headers['set-cookie']?.[0]).not.toContain(secret);
  expect((await shell.ask('POST', '/admission', {}, { token })).status).toBe(403);
  expect(uses).toBe(1);
});

test('a second tab of the browser has a secret of its own, and the first goes on working', async () => {
  const { cookie = '' } = secrets;
  const answer = await shell.ask('POST', '/admission', { cookie }, { token: shell.issueToken() });
  expect(answer.headers['set-cookie']?.[0]?.split(';')[0]).toBe(cookie);
  const second = { ...secrets, 'x-sealkeep-page': (answer.json() as { page_secret: string }).page_secret };
  expect(second['x-sealkeep-page']).not.toBe(secrets['x-sealkeep-page']);
  for (const headers of [secrets, second]) {
    expect((await shell.ask('POST', '/bridge/app.state', headers, {})).status).toBe(200);
  }
});

test('the secrets of one browser and another do not go together', async () => {
  const other = await shell.enter();
  const mixed = { ...secrets, cookie: String(other['cookie']) };
  expect((await shell.ask('POST', '/bridge/app.state', mixed, {})).status).toBe(403);
});

test('a call is answered as data, refused or not; nothing of a defect crosses', async () => {
  const call = async (name: string, input: unknown) => {
    const { status, json } = await shell.ask('POST', `/bridge/${name}`, secrets, input);
    return [status, json()];
  };
  expect(await call('app.state', {})).toEqual([200, { ok: true, value: shell.app.state }]);
  expect(await call('cloud.list', {})).toEqual([
    200,
    { ok: false, error: { code: 'NOT_LOGGED_IN', details: {} } },
  ]);
  expect(await call('jobs.clear', {})).toEqual([
    200,
    { ok: false, error: { code: 'INTERNAL', details: {} } },
  ]);
  expect(shell.app.defects).toHaveLength(1);
  for (const [name, input] of [
    ['no.such', {}],
    ['toString', {}],
    ['jobs.cancel', { id: 7 }],
  ] as const) {
    expect(await call(name, input)).toMatchObject([200, { ok: false, error: { code: 'REQUEST_INVALID' } }]);
  }
  const names = shell.app.calls.map(({ name }) => name);
  expect(names).toEqual(['app.state', 'cloud.list', 'jobs.clear']);
});

test('a body that is too large or no JSON is refused', async () => {
  const large = await shell.ask('POST', '/bridge/app.state', secrets, { filler: 'x'.repeat(5 << 20) });
  expect([large.status, large.json()]).toMatchObject([413, { error: { code: 'REQUEST_TOO_LARGE' } }]);
  const sent = { ...secrets, 'content-type': 'application/json' };
  const request = shell.begin('POST', '/bridge/app.state', sent);
  request.end('{');
  const status = await new Promise((resolve) =>
    request.on('response', (answer) => resolve(answer.statusCode)),
  );
  expect(status).toBe(400);
  expect((await shell.ask('GET', '/bridge/app.state', secrets)).status).toBe(405);
});

test('events of the app reach every page that listens', async () => {
  const loads = ['a'.repeat(16), 'b'.repeat(16)];
  const pages = await Promise.all(
    loads.map((load) =>
      listenTo(shell.begin('GET', '/bridge-events', { ...secrets, 'x-sealkeep-load': load })),
    ),
  );
  shell.app.emit('jobs.changed', [JOB]);
  shell.app.emit('app.changed', { ...shell.app.state, user: 'ann' });
  for (const next of pages) {
    expect(await next()).toEqual({ name: 'jobs.changed', data: [JOB] });
    expect(await next()).toMatchObject({ name: 'app.changed', data: { user: 'ann' } });
  }
});

test('for a page that reads slowly the newest waits, and what is older is left out', async () => {
  const next = await listenTo(shell.begin('GET', '/bridge-events', secrets));
  const many = Array.from({ length: 2000 }, () => JOB);
  const count = 100;
  for (let bytes = 1; bytes <= count; bytes += 1)
    shell.app.emit('jobs.changed', [{ ...JOB, bytes }, ...many]);
  shell.app.emit('app.changed', { ...shell.app.state, user: 'ann' });
  const seen: number[] = [];
  for (;;) {
    const { name, data } = await next();
    if (name === 'app.changed') break;
    seen.push((data as { bytes: number }[])[0]?.bytes ?? 0);
  }
  expect(seen.at(-1)).toBe(count);
  expect(seen.length).toBeLessThan(count / 2);
  expect(seen).toEqual(seen.toSorted((left, right) => left - right));
});

test('a page that does not say which load it is gets neither events nor files', async () => {
  for (const load of ['', 'short', 'x'.repeat(65), 'a load with spaces']) {
    const headers = { ...secrets, 'x-sealkeep-load': load };
    expect((await shell.ask('GET', '/bridge-events', headers)).status).toBe(400);
    expect((await shell.ask('POST', '/bridge-files', headers, { files: [] })).status).toBe(400);
  }
});

test('a closed shell listens to its app no more', async () => {
  const other = await startShell();
  expect(other.app.listenerCount()).toBe(2);
  await other.close();
  expect(other.app.listenerCount()).toBe(0);
});
