// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { BridgeError } from '../../../shared/bridge/state.ts';
import { SCENES, type Scene } from '../../testing/scenes.ts';
import { showApp } from '../../testing/show-app.tsx';

const show = (scene: Scene = SCENES.empty) => showApp(scene, 'Keys');

const AWAY: BridgeError = { code: 'SERVER_UNREACHABLE', details: { service: 'KMS', url: 'https://kms.x' } };
const versions = () =>
  [...document.querySelectorAll('[data-testid=version]')].map(({ textContent }) => textContent ?? '');

/** Opens a version's menu and takes one of its items. */
async function act(page: Awaited<ReturnType<typeof show>>, version: number, item: string) {
  await page.press(page.button(`Actions for version ${version}`), 'Enter');
  await page.click(page.menuItem(item));
}

test('each version: what it is, since when, and how many wrapped keys hang on it', async () => {
  const page = await show();
  expect(page.text()).toContain('every 365 days, next on');
  expect(versions()[0]).toMatch(/^Version 6Active.*38 wrapped keys hang on it/);
  expect(versions()[1]).toMatch(/^Version 5Readable until.*1,204 wrapped keys hang on it/);
  expect(versions().map((text) => /Retired|Disabled|To be destroyed on|Destroyed/.exec(text)?.[0])).toEqual([
    undefined,
    undefined,
    'Retired',
    'Disabled',
    'To be destroyed on',
    'Destroyed',
  ]);
});

test('loading and failed, until it works', async () => {
  const loading = await show({ ...SCENES.empty, hang: ['keys.list'] });
  expect(document.querySelector('.skeleton')?.getAttribute('aria-label')).toBe('Loading your keys…');
  await loading.close();
  const page = await show({ ...SCENES.empty, refuse: { 'keys.list': AWAY } });
  expect(page.text()).toContain('does not answer');
  page.world.refuse = {};
  await page.click(page.button('Try again'));
  expect(versions()).toHaveLength(6);
});

test('a rotation is a job: it counts wrapped keys, cannot be paused, and to cancel it only stops the watching', async () => {
  const page = await show();
  await page.click(page.button('Rotate now'));
  const job = () => document.querySelector('[data-kind=rewrap]')?.textContent ?? '';
  expect(job()).toContain('Wrapped keys to version 7 of my key');
  expect(job()).toContain('0 of 1,242 wrapped keys');
  expect(versions()).toHaveLength(7);
  expect(() => page.button('Pause Wrapped keys to version 7 of my key')).toThrow('no button');
  await page.click(page.button('Stop watching Wrapped keys to version 7 of my key'));
  expect(job()).toContain('You stopped watching. The key server goes on');
  await page.click(page.button('Watch again: Wrapped keys to version 7 of my key'));
  expect(job()).toContain('Waiting');
});

test('revoking says how many files are concerned, and takes a code that is good', async () => {
  const page = await show();
  await act(page, 5, 'Revoke…');
  expect(page.text()).toContain(
    '1,204 wrapped keys hang on it: their files cannot be opened until they are carried over',
  );
  await page.click(page.button('Revoke'));
  expect(page.text()).toContain('The code has six digits.');
  await page.type('Code from your authenticator', '000000');
  await page.click(page.button('Revoke'));
  expect(document.querySelector('dialog [role=alert]')?.textContent).toContain('That code is not right');
  expect(page.field('Code from your authenticator').value).toBe('');
  await page.type('Code from your authenticator', '123456');
  await page.click(page.button('Revoke'));
  expect(document.querySelector('dialog')).toBeNull();
  expect(versions()[1]).toContain('Disabled');
  expect(document.querySelectorAll('[data-kind=rewrap]')).toHaveLength(1);
});

test('a version that a file needs is not destroyed; another one is, and is kept after all', async () => {
  const page = await show();
  const [kek] = page.world.keys;
  Object.assign(kek?.versions[2] ?? {}, { needed: 2 });
  await page.click(page.button('Files'));
  await page.click(page.button('Keys'));
  await act(page, 3, 'Destroy…');
  expect(page.text()).toContain('2 wrapped keys still hang on it and would be lost');
  await page.click(page.button('Close'));
  await act(page, 4, 'Destroy…');
  await page.type('Code from your authenticator', '123456');
  await page.click(page.button('Destroy it then'));
  expect(versions()[2]).toContain('To be destroyed on');
  await act(page, 4, 'Keep it…');
  await page.click(page.button('Keep it'));
  expect(versions()[2]).toContain('Disabled');
});

test('which files need a new key', async () => {
  const page = await show();
  expect(page.text()).toContain('3 files need a new key');
  await page.click(page.button('Which files?'));
  const names = [...document.querySelectorAll('.needing li')].map(({ textContent }) => textContent);
  expect(names).toEqual([
    'report.txt',
    '合約書（最終版）.pdf',
    'Not known to the cloud: //sealkeep/3f/CAAAAAAAAAAAAAAAAAAAAA',
  ]);
});
