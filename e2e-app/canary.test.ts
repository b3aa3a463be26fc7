import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { REPOSITORY } from '../e2e/support/places.ts';
import type { Workspace } from '../e2e/support/workspace.ts';
import { heapOf, shownAndStored, WHOLE_STRINGS } from '../test/canary/page-state.ts';
import { type Crossing, RECORD_SETTING, readRecord } from '../test/canary/record.ts';
import { readEnc } from '../test/independent-reader/read-enc.ts';
import { type Canary, createFinder } from '../test/support/spellings.ts';
import {
  choose,
  drop,
  expectState,
  jobBytes,
  jobOf,
  makeFile,
  outputsOf,
  showPanel,
} from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { type Gate, startGate } from './support/gate.ts';
import { expectMainWindow, logIn, logOut, PASSWORD, register, startHere } from './support/person.ts';

const HOOK = pathToFileURL(path.join(REPOSITORY, 'test', 'canary', 'hook.ts')).href;
const SHELL = path.join(REPOSITORY, 'out', 'node', 'browser-shell.js');
const PLAINTEXT = 'the figures of May';
const PLAINTEXT_HALFWAY = 'the figures of June';
/** In the person's own file, and nowhere that the shell writes. */
const MAY_BE_READ_HALFWAY = ['half in half.txt'];

/** Where secrets stand and may: that they are found there shows that they would be found elsewhere. */
const MAY_CROSS = [
  // Once inwards each time that the person types it.
  'password in what came in by /bridge/account.register',
  'password in what came in by /bridge/account.login',
  // For the person to scan; never after.
  'TOTP secret in what went out by /bridge/account.register',
];
const MAY_LIE = [
  // A login outlives a launch; its file is the person's alone.
  'authentication token in data/login-own.json',
  'cloud token in data/login-own.json',
  'refresh token in data/login-own.json',
  'device secret in data/login-own.json',
  // Without a keychain a root key has to lie somewhere; what rests under it does not open without.
  'root key in data/kms/keys/root.key',
  'root key in data/cloud/keys/root.key',
];
/** What the person has, and what they asked for: nothing that was on its way lies anywhere else, above all no spool. */
const MAY_BE_READ = [
  'plaintext in desk/report.txt',
  'plaintext in home/Sealkeep/report (2).txt',
  'plaintext in home/Sealkeep/report.txt',
];
/** For other commands over the same data folder, while this one serves it. */
const MAY_LIE_MEANWHILE = 'launch secret in data/servers.json';

test('no key, password, token, TOTP secret or content of a file is anywhere but where it has to be', async ({
  workspace,
  playwright,
  launchOptions,
}) => {
  // All that the person's computer keeps: home, data folder, temporary files, the browser's profile.
  const computer = await workspace.makeFolder('computer');
  const record = workspace.path('record');
  const shell = workspace.spawn(process.execPath, ['--import', HOOK, SHELL], {
    environment: {
      HOME: await workspace.makeFolder('computer/home'),
      TMPDIR: await workspace.makeFolder('computer/tmp'),
      SEALKEEP_HOME: path.join(computer, 'data'),
      SEALKEEP_BROWSER_OPEN: 'no',
      [RECORD_SETTING]: record,
    },
  });
  const [, address = ''] = await shell.says(/ready at (\S+)/);
  const gate = await startGate();
  gate.letThrough(Number.POSITIVE_INFINITY);
  const browser = await playwright.chromium.launchPersistentContext(path.join(computer, 'browser'), {
    ...launchOptions,
    proxy: { server: gate.address, bypass: '<-loopback>' },
    args: [...(launchOptions.args ?? []), WHOLE_STRINGS],
    locale: 'en-GB',
  });
  const page = await browser.newPage();
  await page.goto(address);
  const enc = await useEverything(page, workspace);

  const spooled = await lookHalfway(page, workspace, gate);

  const { canaries, crossings } = await readRecord(record);
  const all = [...canaries, ...secretsOfPerson(crossings)];
  const kinds = ['DEK', 'KEK', 'authentication token', 'cloud token', 'authorization token', 'refresh token'];
  for (const kind of kinds) expect(all.map((one) => one.kind)).toContain(kind);
  const openedBy = all.filter(({ kind, secret }) => kind === 'DEK' && opens(enc, Buffer.from(secret)));
  expect(openedBy).toHaveLength(1);

  const find = createFinder(all);
  const findOnDisk = createFinder([...all, { kind: 'plaintext', secret: Buffer.from(PLAINTEXT) }]);
  const crossed = crossings.flatMap(({ way, url, bytes }) =>
    find(bytes).map((kind) => `${kind} in what ${way === 'in' ? 'came in' : 'went out'} by ${url}`),
  );
  expect.soft(new Set(crossed)).toEqual(new Set(MAY_CROSS));
  expect.soft(find(await shownAndStored(browser, page)), 'in what the page shows and stored').toEqual([]);
  const heap = await heapOf(page);
  expect(heap.includes(path.basename(enc.name)), 'the heap shows what the page knows').toBe(true);
  expect.soft(find(heap), 'in what the page’s JavaScript holds').toEqual([]);

  expect.soft(spooled, 'on disk while a file is on its way').toEqual(MAY_BE_READ_HALFWAY);
  // First, since files of its profile come and go as long as it runs.
  await browser.close();
  await gate.close();
  const mayLie = [...MAY_LIE, ...MAY_BE_READ];
  expect.soft(await findBelow(computer, findOnDisk)).toEqual([...mayLie, MAY_LIE_MEANWHILE].sort());
  shell.signal('SIGINT');
  const { stdout, stderr } = await shell.ended;
  expect.soft(find(Buffer.from(stdout + stderr)), 'on the terminal').toEqual([]);
  expect.soft(await findBelow(computer, findOnDisk)).toEqual(mayLie.sort());
});

interface Enc {
  readonly name: string;
  readonly bytes: Buffer;
}

/** First launch, sealing, opening, the cloud, a mistake, and another login. @returns the sealed file. */
async function useEverything(page: Page, workspace: Workspace): Promise<Enc> {
  await startHere(page);
  const ana = await register(page, 'ana');
  await drop(page, [await makeFile(workspace, 'computer/desk', 'report.txt', PLAINTEXT)]);
  await expectState(jobOf(page, 'report.txt'), 'Sealed');
  const [name = ''] = (await outputsOf(jobOf(page, 'report.txt'))).filter((file) => file.endsWith('.enc'));
  await drop(page, [name]);
  await expectState(jobOf(page, 'report.txt.enc'), 'Opened');
  await showPanel(page, 'Cloud');
  await choose(page, 'Upload files', [name]);
  await page.getByRole('button', { name: 'Actions for report.txt' }).click();
  await page.getByRole('menuitem', { name: 'Download and open' }).click();
  await showPanel(page, 'Files');
  await expectState(jobOf(page, 'report.txt'), 'Downloaded');

  await logOut(page, 'ana');
  await logIn(page, 'ana', ana.authenticator.wrongCode());
  await expect(page.getByText(/Name, password or code is not right/)).toBeVisible();
  await logIn(page, 'ana', await ana.authenticator.code());
  await expectMainWindow(page, 'ana');
  // React holds on to the field that had the focus last, and by it to the login form, until another field has it.
  await showPanel(page, 'Cloud');
  await page.getByLabel('Filter by name').fill('report');
  return { name, bytes: await readFile(name) };
}

/** Holds a file on its way from the page to the shell. @returns where its content is found then. */
async function lookHalfway(page: Page, workspace: Workspace, gate: Gate): Promise<string[]> {
  const content = Buffer.alloc(5_000_000, `${PLAINTEXT_HALFWAY}\n`);
  gate.letThrough(3_000_000);
  await showPanel(page, 'Files');
  await drop(page, [await makeFile(workspace, 'computer/desk', 'half.txt', content)]);
  await jobOf(page, 'half.txt').waitFor();
  await expect.poll(async () => (await jobBytes(page, 'half.txt')).bytes).toBeGreaterThan(1_000_000);
  const find = createFinder([{ kind: 'half', secret: Buffer.from(PLAINTEXT_HALFWAY) }]);
  const found = [];
  // Not the profile: its files come and go while the browser runs.
  for (const folder of ['desk', 'home', 'tmp', 'data'])
    found.push(...(await findBelow(workspace.path('computer', folder), find)));
  await page.getByRole('button', { name: 'Cancel half.txt' }).click();
  await expectState(jobOf(page, 'half.txt'), 'Cancelled');
  gate.letThrough(Number.POSITIVE_INFINITY);
  await showPanel(page, 'Cloud');
  await page.getByLabel('Filter by name').fill('report');
  return found;
}

/** What no process made: the password, and the TOTP secret as it went to the page. */
function secretsOfPerson(crossings: readonly Crossing[]): Canary[] {
  const text = crossings.map(({ bytes }) => bytes.toString('latin1')).join('\n');
  const [, totp = ''] = /[?&]secret=([A-Z2-7]{32})\b/.exec(text) ?? [];
  return [
    { kind: 'password', secret: Buffer.from(PASSWORD) },
    { kind: 'TOTP secret', secret: Buffer.from(totp) },
    { kind: 'TOTP secret', secret: fromBase32(totp) },
  ];
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (character) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'),
  ).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((octet) => Number.parseInt(octet, 2)) ?? []);
}

/** By the reader that shares no code with the product. */
function opens(enc: Enc, dek: Buffer): boolean {
  try {
    return readEnc(enc.bytes, dek).plaintext.toString('utf8') === PLAINTEXT;
  } catch {
    // Another file's key.
    return false;
  }
}

/** What lies in which file of a folder, in order. */
async function findBelow(folder: string, find: (bytes: Uint8Array) => string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const findings: string[] = [];
  for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
    const file = path.join(parentPath, name);
    const found = find(await readFile(file));
    findings.push(...found.map((kind) => `${kind} in ${path.relative(folder, file)}`));
  }
  return findings.sort();
}
