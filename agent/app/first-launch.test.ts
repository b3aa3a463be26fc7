import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, totpCode, totpSecretOf, wrongTotpCode } from '../../test/kms/start-test-kms.ts';
import { WORKER_URL } from '../../test/support/engine.ts';
import { startTestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';

import { connectAgent } from '../agent.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

test('from the first launch to the main window, out, and in again on the next launch', async () => {
  const first = await startTestApp(world, 'ann');
  const { call, refusal } = first;
  expect(await call('app.state', {})).toMatchObject({
    shell: 'browser',
    place: null,
    servers: null,
    user: null,
    last_user: null,
    settings: { language: null, theme: 'system', output_folder: first.outputs },
  });
  expect(await refusal('account.register', { user: 'ann', password: PASSWORD })).toBe('NOT_LOGGED_IN');
  expect(await refusal('account.enrolment', {})).toBe('ENROLMENT_REFUSED');

  await call('place.here', {});
  expect(await call('app.state', {})).toMatchObject({
    place: 'here',
    servers: { kms: { state: 'answering', address: null }, cloud: { state: 'answering', address: null } },
  });
  const enrolment = await call('account.register', { user: 'Ann', password: PASSWORD });
  expect(enrolment.secret).toBe(totpSecretOf(enrolment.otp_uri));
  expect(enrolment.qr_svg).toMatch(/^<svg .*fill="#ffffff".*stroke="#000000"/s);
  expect(await refusal('account.confirm', { code: wrongTotpCode(enrolment.otp_uri, world.now()) })).toBe(
    'ENROLMENT_REFUSED',
  );
  // A page that is loaded anew is given again what it showed, at either step.
  expect((await call('app.state', {})).enrolment).toEqual({
    user: 'ann',
    step: 'authenticator',
    purpose: 'register',
  });
  expect(await call('account.enrolment', {})).toEqual({
    step: 'authenticator',
    user: 'ann',
    purpose: 'register',
    enrolment,
  });
  const code = totpCode(enrolment.otp_uri, world.now(), -1);
  const { recovery_codes } = await call('account.confirm', { code });
  expect(recovery_codes).toHaveLength(10);
  expect((await call('app.state', {})).enrolment).toEqual({
    user: 'ann',
    step: 'recovery',
    purpose: 'register',
  });
  expect(await call('account.enrolment', {})).toEqual({
    step: 'recovery',
    user: 'ann',
    purpose: 'register',
    codes: recovery_codes,
  });
  // Not before the codes are kept.
  expect((await call('app.state', {})).user).toBeNull();
  expect(await refusal('cloud.list', {})).toBe('NOT_LOGGED_IN');
  await call('account.enter', {});
  expect(await call('app.state', {})).toMatchObject({ user: 'ann', last_user: 'ann', enrolment: null });
  expect(await refusal('account.enrolment', {})).toBe('ENROLMENT_REFUSED');
  expect(await call('cloud.list', {})).toEqual([]);

  await call('account.logout', {});
  expect(await call('app.state', {})).toMatchObject({ user: null, last_user: 'ann', place: 'here' });
  const password = PASSWORD;
  world.advance(30);
  const next = totpCode(enrolment.otp_uri, world.now());
  expect(await refusal('account.login', { user: 'ann', password: 'wrong password', code: next })).toBe(
    'LOGIN_REFUSED',
  );
  expect(await refusal('account.login', { user: 'ann', password, code })).toBe('LOGIN_REFUSED');
  await call('account.login', { user: 'ann', password, recovery_code: recovery_codes[0] ?? '' });
  expect((await call('app.state', {})).user).toBe('ann');
  await first.app.close();
  expect(first.own).toMatchObject([{ isClosed: true }]);

  // It is asked before the servers answer.
  const answer = Promise.withResolvers<void>();
  world.proxies.kms.meddle = (_, forward) => answer.promise.then(forward);
  const second = await startTestApp(world, 'ann');
  expect(await second.call('app.state', {})).toMatchObject({
    place: 'here',
    servers: { kms: { state: 'starting' }, cloud: { state: 'starting' } },
    user: null,
    last_user: 'ann',
  });
  answer.resolve();
  world.proxies.kms.meddle = undefined;
  await second.call('account.login', { user: 'ann', password, code: next });
  expect(await second.call('cloud.shared-with-me', {})).toEqual([]);
  await second.call('place.leave', {});
  expect(await second.call('app.state', {})).toMatchObject({ place: null, user: null });
  await second.app.close();
  const third = await startTestApp(world, 'ann');
  expect((await third.call('app.state', {})).place).toBeNull();
  await third.app.close();
  expect([...first.reported, ...second.reported]).toEqual([]);
});

test('who registers by a command in the same data folder is known here, and at those servers only', async () => {
  const gail = await startTestApp(world, 'gail');
  const lastUser = async () => (await gail.call('app.state', {})).last_user;
  const addresses = { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address };
  const { login, close } = await connectAgent({
    ...{ dataFolder: gail.home, kind: 'own', profileId: 'own', addresses, known: undefined },
    ...{ segmentWorkerUrl: WORKER_URL, now: world.now },
  });
  const { otp_uri, enrolment_ticket } = await login.register('gail', PASSWORD);
  await login.confirm('gail', enrolment_ticket, totpCode(otp_uri, world.now(), -1));

  expect(await lastUser()).toBeNull();
  await gail.call('place.here', {});
  expect(await lastUser()).toBe('gail');
  await login.logout();
  await close();
  expect(await lastUser()).toBe('gail');
  await gail.call('place.team', addresses);
  expect(await lastUser()).toBeNull();
  await gail.app.close();
});

test('a team is joined by its addresses, or nothing changes', async () => {
  const ben = await startTestApp(world, 'ben');
  const { call, refusal } = ben;
  const addresses = { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address };
  for (const [wrong, code] of [
    [{ ...addresses, kms: 'http://kms.example' }, 'SERVER_ADDRESS_REFUSED'],
    [{ ...addresses, cloud: addresses.kms }, 'SERVER_NOT_SEALKEEP'],
    [{ ...addresses, kms: 'http://127.0.0.1:1' }, 'SERVER_UNREACHABLE'],
  ] as const) {
    expect(await refusal('servers.test', wrong)).toBe(code);
    expect(await refusal('place.team', wrong)).toBe(code);
    expect((await call('app.state', {})).place).toBeNull();
  }
  await call('servers.test', addresses);
  expect((await call('app.state', {})).place).toBeNull();
  await call('place.team', { ...addresses, kms: `${addresses.kms}/` });
  expect(await call('app.state', {})).toMatchObject({
    place: 'team',
    servers: { kms: { address: addresses.kms }, cloud: { address: addresses.cloud } },
  });
  await ben.app.close();
  const again = await startTestApp(world, 'ben');
  await again.until(({ servers }) => servers?.kms.state === 'answering');
  await again.app.close();
});

test('settings are kept, and a folder that may not be written is none', async () => {
  const one = await startTestApp(world, 'cleo');
  const chosen = path.join(one.folder, 'chosen');
  await one.call('settings.change', { language: 'zh-Hant', output_folder: chosen });
  expect((await stat(chosen)).isDirectory()).toBe(true);
  const hidden = path.join(one.folder, '.config', 'autostart');
  for (const [folder, code] of [
    [hidden, 'OUTPUT_FOLDER_REFUSED'],
    ['/proc/none', 'OUTPUT_FOLDER_REFUSED'],
    [await one.write('a file', ''), 'OUTPUT_NOT_WRITABLE'],
  ] as const)
    expect(await one.refusal('settings.change', { theme: 'dark', output_folder: folder })).toBe(code);
  expect(await one.names()).not.toContain('.config');
  const expected = { language: 'zh-Hant', theme: 'system', output_folder: chosen };
  expect((await one.call('app.state', {})).settings).toEqual(expected);
  await one.app.close();
  const two = await startTestApp(world, 'cleo');
  expect((await two.call('app.state', {})).settings).toEqual(expected);
  await two.call('settings.change', { output_folder: '' });
  expect((await two.call('app.state', {})).settings.output_folder).toBe(two.outputs);
  await two.app.close();
  expect(await readFile(path.join(two.home, 'settings.json'), 'utf8')).toContain('zh-Hant');
});

test('where the system has a dialog for folders, only that names one', async () => {
  const chosen = path.join(world.folder, '.wherever she likes');
  let answer: string | undefined = chosen;
  const dina = await startTestApp(world, 'dina', { system: { chooseFolder: async () => answer } });
  const folder = async () => (await dina.call('app.state', {})).settings.output_folder;
  const named = path.join(dina.folder, 'named');
  expect(await dina.refusal('settings.change', { output_folder: named })).toBe('REQUEST_INVALID');
  expect(await dina.names()).toEqual([]);
  expect(await dina.call('settings.choose-folder', {})).toEqual({ folder: chosen });
  expect(await folder()).toBe(chosen);
  answer = undefined;
  expect(await dina.call('settings.choose-folder', {})).toEqual({ folder: null });
  expect(await folder()).toBe(chosen);
  await dina.call('settings.change', { output_folder: '' });
  expect(await folder()).toBe(dina.outputs);
  await dina.app.close();
});
