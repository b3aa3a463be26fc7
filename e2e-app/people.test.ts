import type { Page } from '@playwright/test';
import { startServers } from '../e2e/support/servers.ts';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import {
  confirmKept,
  createAccount,
  expectMainWindow,
  haveAccount,
  joinTeam,
  logIn,
  logInByRecovery,
  logOut,
  PASSWORD,
  readRecoveryCodes,
  register,
  setUpAuthenticator,
  typeFirstCode,
} from './support/person.ts';
import { LOCALES, textsIn } from './support/texts.ts';

// In Chinese from the first screen on, as on a system that prefers it.
const LANGUAGE = 'zh-Hant';
test.use({ locale: LOCALES[LANGUAGE] });
const t = textsIn(LANGUAGE);

const press = (within: Pick<Page, 'getByRole'>, name: string) =>
  within.getByRole('button', { name, exact: true }).click();
const actOn = async (page: Page, name: string, item: string) => {
  await press(page, t('row.actions', { name }));
  await page.getByRole('menuitem', { name: item }).click();
};

test('an administrator approves, disables and resets an authenticator; people mend and end their own accounts', async ({
  openApp,
  workspace,
}) => {
  const servers = await startServers(workspace, { environment: { KMS_REGISTRATION: 'approval' } });
  const [{ page: ana }, { page: ben }] = await Promise.all([openApp('ana'), openApp('ben')]);
  await joinTeam(ana, servers);
  const administrator = await register(ana, 'ana');

  await joinTeam(ben, servers);
  const first = await createAccount(ben, 'ben');
  await typeFirstCode(ben, await first.code());
  await readRecoveryCodes(ben);
  await confirmKept(ben, 'register');
  await expect(ben.getByRole('heading', { name: t('approval.title') })).toBeVisible();

  await showPanel(ana, t('nav.people'));
  await press(ana, t('people.approve.name', { name: 'ben' }));
  const row = ana.getByRole('row', { name: /^ben/ });
  await expect(row).toContainText(t('people.state.active'));
  await press(ben, t('approval.login'));
  await logIn(ben, 'ben', await first.code());
  await expectMainWindow(ben, 'ben');
  await expect(ben.getByRole('navigation').getByRole('button', { name: t('nav.people') })).toBeHidden();
  await drop(ben, [await makeFile(workspace, 'desk', 'plan.txt', 'the plan')]);
  await expectState(jobOf(ben, 'plan.txt'), t('job.seal.done'));

  // From now on everything of his asks for it.
  const password = 'five patient silver kettles';
  const dialog = ben.getByRole('dialog');
  await showPanel(ben, t('nav.settings'));
  await press(ben, t('own.password'));
  await dialog.getByLabel(t('own.password.now'), { exact: true }).fill(PASSWORD);
  await dialog.getByLabel(t('own.password.new'), { exact: true }).fill(password);
  await dialog.getByLabel(t('login.code')).fill(await first.code());
  await press(dialog, t('own.password.go'));
  await expect(ben.getByText(t('own.password.done'))).toBeVisible();

  const asked = ana.getByRole('dialog');
  await actOn(ana, 'ben', t('people.disable'));
  await press(asked, t('people.disable.go'));
  await expect(row).toContainText(t('people.state.disabled'));
  await showPanel(ben, t('nav.keys'));
  await expect(ben.getByText(t('login.ended'))).toBeVisible();
  await actOn(ana, 'ben', t('people.enable'));
  await press(asked, t('people.enable.go'));

  await actOn(ana, 'ben', t('people.reset'));
  await ana.getByLabel(t('login.code')).fill(await administrator.authenticator.code());
  await press(asked, t('people.reset.go'));
  const resetCode = await ana.getByTestId('hand-over').innerText();
  await press(ana, t('hand-over.done'));
  await press(ben, t('login.reset'));
  await ben.getByLabel(t('account.password'), { exact: true }).fill(password);
  await ben.getByLabel(t('reset.code')).fill(resetCode);
  await press(ben, t('action.continue'));
  const second = await setUpAuthenticator(ben);
  const [recoveryCode = ''] = await readRecoveryCodes(ben);
  await confirmKept(ben, 'reset');
  await logIn(ben, 'ben', await second.code(), password);
  const [untilDate = ''] = t('notice.authenticator_reset', { name: 'ana', date: '|' }).split('|');
  const notice = ben.getByText(untilDate);
  await expect(notice).toBeVisible();
  await press(ben, t('notice.read'));
  await expect(notice).toBeHidden();

  // From another of his devices.
  const { page: laptop } = await openApp('laptop');
  await joinTeam(laptop, servers);
  await haveAccount(laptop);
  await logInByRecovery(laptop, 'ben', recoveryCode, password);
  await expectMainWindow(laptop, 'ben');
  await showPanel(ben, t('nav.settings'));
  await press(ben, t('logins.end.others'));
  await expect(ben.getByRole('button', { name: t('logins.end.others') })).toBeHidden();
  await showPanel(laptop, t('nav.keys'));
  await expect(laptop.getByText(t('login.ended'))).toBeVisible();

  await press(ben, t('own.delete'));
  const code = await second.code();
  const remove = async () => {
    await dialog.getByLabel(t('account.password'), { exact: true }).fill(password);
    await dialog.getByLabel(t('login.code')).fill(code);
    await press(dialog, t('own.delete.go'));
  };
  await remove();
  // Nothing was done by it, and no code used up.
  await dialog.getByLabel(t('own.delete.accept', { n: 1 })).check();
  await remove();
  await expect(ben.getByText(t('own.delete.done', { user: 'ben' }))).toBeVisible();
  await expect(ben.getByRole('heading', { name: t('account.title') })).toBeVisible();
  await showPanel(ana, t('nav.files'));
  await showPanel(ana, t('nav.people'));
  await expect(ana.getByRole('row', { name: /^ana/ })).toBeVisible();
  await expect(row).toBeHidden();

  await showPanel(ana, t('nav.settings'));
  await press(ana, t('own.authenticator'));
  await ana.getByLabel(t('account.password'), { exact: true }).fill(PASSWORD);
  await ana.getByLabel(t('own.authenticator.code')).fill(await administrator.authenticator.code());
  await press(ana, t('action.continue'));
  const third = await setUpAuthenticator(ana);
  await confirmKept(ana, 'renew');
  await logIn(ana, 'ana', await third.code());
  const settings = ana.getByRole('heading', { name: t('settings.title'), level: 1 });
  await expect(settings).toBeVisible();

  await press(ana, t('own.codes'));
  await asked.getByLabel(t('login.code')).fill(await third.code());
  await press(asked, t('own.codes.go'));
  const [newCode = ''] = await readRecoveryCodes(ana);
  await confirmKept(ana, 'codes');
  await expect(settings).toBeVisible();
  await logOut(ana, 'ana');
  await logInByRecovery(ana, 'ana', newCode);
  await expectMainWindow(ana, 'ana');
});
