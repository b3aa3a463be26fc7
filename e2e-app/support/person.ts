import { expect, type Page } from '@playwright/test';
import { type Authenticator, createAuthenticator } from '../../e2e/support/authenticator.ts';
import { readQr } from './qr.ts';
import type { Client } from './shells.ts';

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

export const startHere = (page: Page) =>
  page.getByRole('button', { name: /^Start on this computer/ }).click();

export async function joinTeam(page: Page, { kms, cloud }: Addresses): Promise<void> {
  await page.getByRole('button', { name: /^Join a team/ }).click();
  await page.getByLabel('Key server (KMS) address').fill(kms);
  await page.getByLabel('Cloud address').fill(cloud);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('Both servers answer.')).toBeVisible();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

/** From *Create your account* to *Set up your authenticator*, whose picture is read as a phone reads it. */
export async function createAccount(page: Page, name: string): Promise<Authenticator> {
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  return createAuthenticator(await readQr(page.getByAltText('QR code for your authenticator')));
}

/** The sixth digit sends it. */
export const typeFirstCode = (page: Page, code: string) => page.getByLabel('Six-digit code').fill(code);

export async function readRecoveryCodes(page: Page): Promise<string[]> {
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  return codes.allInnerTexts();
}

/** Scans the picture of another authenticator and confirms it, up to the new recovery codes. */
export async function setUpAuthenticator(page: Page): Promise<Authenticator> {
  const authenticator = createAuthenticator(
    await readQr(page.getByAltText('QR code for your authenticator')),
  );
  await typeFirstCode(page, await authenticator.code());
  await readRecoveryCodes(page);
  return authenticator;
}

/** From *Keep your recovery codes* to the main window. */
export async function enterWindow(page: Page, name: string): Promise<void> {
  await page.getByLabel('I have kept these codes in a safe place.').check();
  await page.getByRole('button', { name: 'Open Sealkeep' }).click();
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
  await expect(page.getByRole('button', { name: `Account: ${name}` })).toBeVisible();
}

export async function logOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Account: ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
}

/** A person who started on this computer, at the main window. */
export async function anaHere(openApp: (name: string) => Promise<Client>): Promise<Client & { ana: Person }> {
  const client = await openApp('ana');
  await startHere(client.page);
  return { ...client, ana: await register(client.page, 'ana') };
}

/** Joins with an app that nobody used before, as somebody who has an account there. */
export async function joinAs(page: Page, servers: Addresses, person: Person): Promise<void> {
  await joinTeam(page, servers);
  await page.getByRole('button', { name: 'I already have an account' }).click();
  await logIn(page, person.name, await person.authenticator.code());
  await expectMainWindow(page, person.name);
}

/** Fills in *Log in*; the sixth digit sends it. */
export async function logIn(page: Page, name: string, code: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Code from your authenticator').fill(code);
}

/** The same with a recovery code, as a person types it from paper. */
export async function logInByRecovery(page: Page, name: string, recoveryCode: string): Promise<void> {
  await page.getByRole('button', { name: 'Lost your phone? Use a recovery code' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Recovery code').fill(recoveryCode.toUpperCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: 'Log in' }).click();
}
