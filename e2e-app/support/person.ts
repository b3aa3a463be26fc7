import { expect, type Page } from '@playwright/test';
import { type Authenticator, createAuthenticator } from '../../e2e/support/authenticator.ts';
import { readQr } from './qr.ts';
import type { Client } from './shells.ts';
import { textsOf } from './texts.ts';

export const PASSWORD = 'four wandering teal lamps';

export interface Person {
  readonly name: string;
  readonly authenticator: Authenticator;
  /** Each is good once. */
  readonly recoveryCodes: readonly string[];
  /** The code that registering used up. */
  readonly firstCode: string;
}

/** Somebody at the main window of an app. */
export interface AtWindow extends Client {
  readonly me: Person;
}

interface Addresses {
  readonly kms: string;
  readonly cloud: string;
}

/** Its button says more than its title. */
const chooseWay = (page: Page, title: string) =>
  page
    .getByRole('button')
    .filter({ has: page.getByText(title, { exact: true }) })
    .click();

export async function startHere(page: Page): Promise<void> {
  const t = await textsOf(page);
  await chooseWay(page, t('welcome.here'));
}

export async function joinTeam(page: Page, { kms, cloud }: Addresses): Promise<void> {
  const t = await textsOf(page);
  await chooseWay(page, t('welcome.team'));
  await page.getByLabel(t('join.kms')).fill(kms);
  await page.getByLabel(t('join.cloud')).fill(cloud);
  await page.getByRole('button', { name: t('join.test'), exact: true }).click();
  await expect(page.getByText(t('join.works'))).toBeVisible();
  await page.getByRole('button', { name: t('join.go'), exact: true }).click();
}

/** From *Create your account* to *Set up your authenticator*, whose picture is read as a phone reads it. */
export async function createAccount(page: Page, name: string): Promise<Authenticator> {
  const t = await textsOf(page);
  await expect(page.getByRole('heading', { name: t('account.title') })).toBeVisible();
  await page.getByLabel(t('account.name'), { exact: true }).fill(name);
  await page.getByLabel(t('account.password.new')).fill(PASSWORD);
  await page.getByRole('button', { name: t('account.create') }).click();
  return createAuthenticator(await readQr(page.getByAltText(t('authenticator.qr'))));
}

/** The sixth digit sends it. */
export async function typeFirstCode(page: Page, code: string): Promise<void> {
  const t = await textsOf(page);
  await page.getByLabel(t('authenticator.code')).fill(code);
}

export async function readRecoveryCodes(page: Page): Promise<string[]> {
  const t = await textsOf(page);
  const codes = page.getByRole('list', { name: t('recovery.list') }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  return codes.allInnerTexts();
}

/** Scans the picture of another authenticator and confirms it, up to the new recovery codes. */
export async function setUpAuthenticator(page: Page): Promise<Authenticator> {
  const t = await textsOf(page);
  const authenticator = createAuthenticator(await readQr(page.getByAltText(t('authenticator.qr'))));
  await typeFirstCode(page, await authenticator.code());
  await readRecoveryCodes(page);
  return authenticator;
}

/** At *Keep your recovery codes*, whatever comes next. */
export async function confirmKept(page: Page, next: 'register' | 'reset' | 'renew' | 'codes'): Promise<void> {
  const t = await textsOf(page);
  await page.getByLabel(t('recovery.confirm')).check();
  await page.getByRole('button', { name: t(`recovery.next.${next}`) }).click();
}

/** From *Keep your recovery codes* to the main window. */
export async function enterWindow(page: Page, name: string): Promise<void> {
  await confirmKept(page, 'register');
  await expectMainWindow(page, name);
}

/** From *Create your account* to the main window. */
export async function register(page: Page, name: string): Promise<Person> {
  const authenticator = await createAccount(page, name);
  const firstCode = await authenticator.code();
  await typeFirstCode(page, firstCode);
  const recoveryCodes = await readRecoveryCodes(page);
  await enterWindow(page, name);
  return { name, authenticator, recoveryCodes, firstCode };
}

export async function expectMainWindow(page: Page, name: string): Promise<void> {
  const t = await textsOf(page);
  await expect(page.getByRole('button', { name: t('account.menu', { user: name }) })).toBeVisible();
}

export async function logOut(page: Page, name: string): Promise<void> {
  const t = await textsOf(page);
  await page.getByRole('button', { name: t('account.menu', { user: name }) }).click();
  await page.getByRole('menuitem', { name: t('account.logout') }).click();
  await expect(page.getByRole('heading', { name: t('login.title') })).toBeVisible();
}

/** A person who started on this computer, at the main window. */
export async function anaHere(openApp: (name: string) => Promise<Client>): Promise<Client & { ana: Person }> {
  const client = await openApp('ana');
  await startHere(client.page);
  return { ...client, ana: await register(client.page, 'ana') };
}

/** From *Create your account* to *Log in*. */
export async function haveAccount(page: Page): Promise<void> {
  const t = await textsOf(page);
  await page.getByRole('button', { name: t('account.have') }).click();
}

/** Joins with an app that nobody used before, as somebody who has an account there. */
export async function joinAs(page: Page, servers: Addresses, person: Person): Promise<void> {
  await joinTeam(page, servers);
  await haveAccount(page);
  await logIn(page, person.name, await person.authenticator.code());
  await expectMainWindow(page, person.name);
}

/** Fills in *Log in*; the sixth digit sends it. */
export async function logIn(page: Page, name: string, code: string, password = PASSWORD): Promise<void> {
  const t = await textsOf(page);
  await page.getByLabel(t('account.name'), { exact: true }).fill(name);
  await page.getByLabel(t('account.password'), { exact: true }).fill(password);
  await page.getByLabel(t('login.code')).fill(code);
}

/** The same with a recovery code, as a person types it from paper. */
export async function logInByRecovery(
  page: Page,
  name: string,
  recoveryCode: string,
  password = PASSWORD,
): Promise<void> {
  const t = await textsOf(page);
  await page.getByRole('button', { name: t('login.use-recovery') }).click();
  await page.getByLabel(t('account.name'), { exact: true }).fill(name);
  await page.getByLabel(t('account.password'), { exact: true }).fill(password);
  await page.getByLabel(t('login.recovery')).fill(recoveryCode.toUpperCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: t('login.go'), exact: true }).click();
}
