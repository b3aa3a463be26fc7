// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { BridgeError } from '../../../shared/bridge/state.ts';
import { SCENES, type Scene } from '../../testing/scenes.ts';
import { showApp } from '../../testing/show-app.tsx';

const show = (scene: Scene = SCENES.administrator) => showApp(scene, 'People');

type Page = Awaited<ReturnType<typeof show>>;
const rowOf = (name: string) =>
  [...document.querySelectorAll('tbody tr')].find((row) => row.textContent?.includes(name))?.textContent;
async function act(page: Page, name: string, item: string) {
  await page.press(page.button(`Actions for ${name}`), 'Enter');
  await page.click(page.menuItem(item));
}
const CODE = 'Code from your authenticator';

test('only an administrator has the panel, and only as long as they are one', async () => {
  const page = await show();
  expect(page.text()).toContain('Waiting for approval');
  await page.tell({ role: 'member' });
  expect(() => page.button('People')).toThrow('no button');
  expect(page.text()).toContain('Drop files or folders here');
});

test('a list that cannot be had, until it can', async () => {
  const error: BridgeError = { code: 'ADMINISTRATOR_REQUIRED', details: {} };
  const page = await show({ ...SCENES.administrator, refuse: { 'people.list': error } });
  expect(page.text()).toContain('Only an administrator');
  page.world.refuse = {};
  await page.click(page.button('Try again'));
  expect(rowOf('ana')).toContain('Administrator');
});

test('who waits is approved or refused; who is deleted is not listed', async () => {
  const page = await show();
  expect(rowOf('erin')).toBeUndefined();
  expect(rowOf('finn')).toBeUndefined();
  await page.click(page.button('Approve erin'));
  expect(rowOf('erin')).toContain('MemberActive');
  expect(page.text()).not.toContain('Waiting for approval');
});

test('who is refused is not in any list', async () => {
  const page = await show();
  await page.click(page.button('Refuse erin'));
  expect(page.text()).toContain('The name is free again.');
  expect(page.text()).not.toContain('Waiting for approval');
  expect(rowOf('erin')).toBeUndefined();
});

test('roles take a code that is good; disabling says what it does', async () => {
  const page = await show();
  await act(page, 'ben', 'Make administrator…');
  await page.type(CODE, '000000');
  await page.click(page.button('Make administrator'));
  expect(document.querySelector('dialog [role=alert]')?.textContent).toContain('That code is not right');
  await page.type(CODE, '123456');
  await page.click(page.button('Make administrator'));
  expect(rowOf('ben')).toContain('AdministratorActive');
  await act(page, 'ben', 'Disable…');
  expect(page.text()).toContain('Files that they share stay open to the others.');
  await page.click(page.button('Disable'));
  expect(rowOf('ben')).toContain('Disabled');
  await act(page, 'ben', 'Enable…');
  await page.click(page.button('Enable'));
  expect(rowOf('ben')).toContain('Active');
});

test('a reset code and an invitation are shown once', async () => {
  const page = await show();
  const handed = () => document.querySelector('[data-testid=hand-over]')?.textContent;
  await act(page, 'ben', 'Reset authenticator…');
  await page.type(CODE, '123456');
  await page.click(page.button('Make a reset code'));
  expect(handed()).toBe('hq5c-mh2f-e7u4-wd3k');
  await page.click(page.button('Done'));
  expect(page.text()).not.toContain('hq5c');
  await page.click(page.button('Invite…'));
  const asked = Date.now();
  await page.click(page.button('Make an invitation'));
  const until = Date.parse(page.world.invitations.at(-1)?.until ?? '');
  // The seven days that were chosen, whole.
  expect(until - asked).toBeGreaterThanOrEqual(7 * 86_400_000);
  expect(handed()).toBe('J0bqvXf2m3ZkqYv8sWcT1g');
  await page.click(page.button('Done'));
  const withdraw = () => [...document.querySelectorAll<HTMLElement>('button[aria-label^=Withdraw]')];
  expect(withdraw()).toHaveLength(2);
  for (const button of withdraw()) await page.click(button);
  expect(page.text()).toContain('No invitation is open.');
});

test('an invitation comes with the addresses that whoever gets it has to enter', async () => {
  const { servers, place } = SCENES.login.state;
  const page = await show({
    ...SCENES.administrator,
    state: { ...SCENES.administrator.state, servers, place },
  });
  await page.click(page.button('Invite…'));
  await page.click(page.button('Make an invitation'));
  for (const { address } of [servers?.kms, servers?.cloud].flatMap((one) => one ?? [])) {
    expect(page.text()).toContain(address);
  }
});

test('a notice stays until it was read', async () => {
  const at = '2026-11-21T09:00:00.000Z';
  const notices = [{ kind: 'authenticator_reset' as const, at, by: 'dora' }];
  const page = await showApp({ state: { ...SCENES.empty.state, notices } });
  expect(page.text()).toContain('dora gave out a code');
  await page.click(page.button('I have read this'));
  expect(page.text()).not.toContain('dora gave out a code');
});
