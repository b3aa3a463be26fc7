// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { SCENES } from '../../testing/scenes.ts';
import { showApp as show } from '../../testing/show-app.tsx';

const CODE = 'Code from your authenticator';
const heading = () => document.querySelector('h1')?.textContent;
const keep = async (page: Awaited<ReturnType<typeof show>>, next: string) => {
  expect(document.querySelectorAll('.recovery-codes li')).toHaveLength(10);
  const check = document.querySelector<HTMLElement>('.check input');
  if (check) await page.click(check);
  await page.click(page.button(next));
};

test('a password is changed by the present one and a code', async () => {
  const page = await show(SCENES.empty, 'Settings', 'Change password…', 'Change password');
  expect(page.text()).toContain('Please fill this in.');
  expect(page.text()).toContain('Use at least 10 characters.');
  await page.type('Current password', 'four wandering teal lamps');
  await page.type('New password', 'five wandering teal lamps');
  await page.type(CODE, '123456');
  await page.click(page.button('Change password'));
  expect(page.text()).toContain('Your password is changed.');
});

test('new recovery codes are shown once, and lead back', async () => {
  const page = await show(SCENES.empty, 'Settings', 'New recovery codes…');
  await page.type(CODE, '123456');
  await page.click(page.button('Make new codes'));
  expect(page.text()).toContain('These take the place of the ones that you had.');
  await keep(page, 'Done');
  expect(heading()).toBe('Settings');
});

test('another authenticator ends the login, which is no news, and shows the new codes first', async () => {
  const page = await show(SCENES.empty, 'Settings', 'New authenticator…');
  await page.type('Password', 'four wandering teal lamps');
  await page.type('Code from your current authenticator', '123456');
  await page.click(page.button('Continue'));
  expect(heading()).toBe('Set up your new authenticator');
  await page.type('Six-digit code', '123456');
  await keep(page, 'Go to the login');
  expect(heading()).toBe('Log in');
  expect(page.text()).not.toContain('Your login has ended');
});

test('it is broken off without a change', async () => {
  const page = await show(
    SCENES.empty,
    'Settings',
    'New authenticator…',
    'Lost your phone? Use a recovery code',
  );
  await page.type('Password', 'four wandering teal lamps');
  await page.type('Recovery code', 'VO25 mhxf e2u4 42ei');
  await page.click(page.button('Continue'));
  await page.click(page.button('Cancel'));
  expect(heading()).toBe('Settings');
});

test('an account that files hang on is deleted only where that is accepted', async () => {
  const page = await show(SCENES.empty, 'Settings', 'Delete account…');
  await page.type('Password', 'four wandering teal lamps');
  await page.type(CODE, '123456');
  await page.click(page.button('Delete account'));
  expect(page.text()).toContain('I know that 7 sealed files are lost for good.');
  await page.type(CODE, '123456');
  await page.click(page.button('Delete account'));
  expect(page.world.state.user).toBe('ana');
  const check = document.querySelector<HTMLElement>('dialog .check input');
  if (check) await page.click(check);
  await page.click(page.button('Delete account'));
  expect(page.world.state.user).toBeNull();
  expect(heading()).toBe('Create your account');
  expect(page.text()).not.toContain('Your login has ended');
});

test('other logins end, one or all; one’s own is not offered', async () => {
  const page = await show(SCENES.empty, 'Settings');
  expect(() => page.button('Log out anas-laptop')).toThrow('no button');
  await page.click(page.button('Log out studio'));
  expect(document.querySelectorAll('.logins li')).toHaveLength(1);
  expect(() => page.button('Log out all others')).toThrow('no button');
});

test('a reset code leads to another authenticator and back to the login', async () => {
  const page = await show(SCENES.login, 'I was given a reset code');
  await page.type('Password', 'four wandering teal lamps');
  await page.type('Reset code', 'hq5c mh2f e7u4 wd3k');
  await page.click(page.button('Continue'));
  await page.type('Six-digit code', '123456');
  await keep(page, 'Go to the login');
  expect(heading()).toBe('Log in');
});

test('a key server that wants an invitation is given one', async () => {
  const page = await show({
    state: { ...SCENES.login.state, last_user: null },
    refuse: { 'account.register': { code: 'REGISTRATION_CLOSED', details: {} } },
  });
  await page.type('Name', 'erin');
  await page.type('Choose a password', 'four wandering teal lamps');
  await page.click(page.button('Create account'));
  page.world.refuse = {};
  await page.type('Invitation or setup code', 'J0bqvXf2m3ZkqYv8sWcT1g');
  await page.click(page.button('Create account'));
  expect(heading()).toBe('Set up your authenticator');
});
