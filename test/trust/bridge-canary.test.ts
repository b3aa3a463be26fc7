import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, totpCode, totpSecretOf } from '../kms/start-test-kms.ts';
import { someBytes } from '../support/engine.ts';
import { type Canary, createFinder } from '../support/spellings.ts';
import { startTestApp } from '../support/test-app.ts';
import { startTestWorld, type TestWorld } from '../support/test-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

/** What both carriers carry; `e2e-app/canary.test.ts` looks at the browser shell as a whole. */
test('no TOTP secret, password, token or DEK crosses the bridge after enrolment', async () => {
  const ann = await startTestApp(world, 'ann');
  const otpUri = await ann.register('ann');
  const secrets: Canary[] = [];
  const keep = (kind: string, secret: string | Buffer) =>
    void secrets.push({ kind, secret: Buffer.from(secret) });
  keep('password', PASSWORD);
  keep('TOTP secret', totpSecretOf(otpUri));
  const keepTokens = async () => {
    const { login } = JSON.parse(await readFile(path.join(ann.home, 'login-own.json'), 'utf8')) as {
      login: Record<string, string> | null;
    };
    for (const name of ['access_token', 'cloud_token', 'refresh_token'])
      if (login?.[name]) keep(name, login[name]);
  };
  await keepTokens();
  const enrolment = ann.crossed.findIndex((one) => JSON.stringify(one).includes('otp_uri'));
  expect(enrolment).toBeGreaterThan(0);

  const path1 = await ann.app.offerPath(await ann.write('a.txt', someBytes(1000)));
  const stream = ann.app.offerStream({ name: 'b.txt', size: 1000 }, async () =>
    Readable.from([someBytes(1000)], { objectMode: false }),
  );
  const outcome = async ({ ids }: { ids: string[] }) => Promise.all(ids.map((id) => ann.ended(id)));
  const [first] = await outcome(await ann.call('jobs.start', { refs: [path1.ref, stream.ref] }));
  await outcome(await ann.call('jobs.upload', { refs: [path1.ref] }));
  const enc = ann.app.output(first?.id ?? '', 0)?.path ?? '';
  await outcome(await ann.call('jobs.start', { refs: [(await ann.app.offerPath(enc)).ref] }));
  await outcome({
    ids: [(await ann.call('cloud.download', { owner: 'ann', name: 'a.txt', open: true })).id],
  });
  await ann.call('cloud.list', {});
  // Mistakes, and another login.
  await ann.refusal('account.confirm', { code: '000000' });
  await ann.refusal('shares.add', { name: 'a.txt', with: 'nobody', role: 'reader', until: null });
  await ann.call('account.logout', {});
  await ann.refusal('account.login', { user: 'ann', password: PASSWORD, code: '000000' });
  world.advance(30);
  await ann.call('account.login', { user: 'ann', password: PASSWORD, code: totpCode(otpUri, world.now()) });
  await keepTokens();
  await ann.app.close();

  // Every DEK went to the KMS to be wrapped, or came from it.
  for (const { path: where, body } of world.proxies.kms.seen) {
    if (where !== '/wrap/batch') continue;
    const { items, authentication, authorization } = JSON.parse(body.toString('utf8')) as {
      items: { key: string }[];
      authentication: string;
      authorization: string;
    };
    keep('authentication token', authentication);
    keep('authorization token', authorization);
    for (const { key } of items) keep('DEK', Buffer.from(key, 'base64'));
  }
  expect(new Set(secrets.map(({ kind }) => kind)).size).toBe(8);
  expect(secrets.length).toBeGreaterThan(12);
  const find = createFinder(secrets);
  const crossed = ann.crossed.filter((_, index) => index !== enrolment);
  expect(find(Buffer.from(JSON.stringify(crossed)))).toEqual([]);
  expect(find(Buffer.from(JSON.stringify(ann.crossed)))).toEqual(['TOTP secret']);
  expect(ann.reported).toEqual([]);
});
