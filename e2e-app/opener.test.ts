import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Download, expect, type Page, test } from '@playwright/test';
import { sha256 } from '../core/crypto/hash.ts';
import { writeEnc } from '../test/independent-reader/write-enc.ts';
import { RELEASED } from '../test/released-formats/samples.ts';
import { someBytes } from '../test/support/engine.ts';

const OPENER = pathToFileURL(path.join(import.meta.dirname, '..', 'docs', 'opener.html')).href;
const MIB = 1024 * 1024;
const LARGE = someBytes(2 * MIB + 100_000);
const DEK = someBytes(64).subarray(32);
const KEY = DEK.toString('base64');
const SEALED = writeEnc({
  dek: DEK,
  header: JSON.stringify({ resource_name: 'r', kacls_url: 'k', aead: 'AES256_GCM_HKDF_1MB' }),
  salt: someBytes(32),
  noncePrefix: someBytes(7),
  plaintext: LARGE,
});

/** From the disk and without a network, as somebody finds it in years; whatever it asked for besides is in `requests`. */
async function openPage(page: Page, language = 'en-GB'): Promise<string[]> {
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript((said) => {
    Object.defineProperty(navigator, 'language', { value: said });
  }, language);
  await page.context().setOffline(true);
  await page.goto(OPENER);
  expect(errors).toEqual([]);
  return requests;
}

/** Chromium lets a person choose where to write; this is a browser that does not. */
const withoutPicker = (page: Page) =>
  page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showSaveFilePicker');
  });

async function fill(page: Page, name: string, content: Buffer, key: string): Promise<void> {
  await page
    .getByLabel('Sealed file (.enc)')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: content });
  await page.getByLabel('Key (DEK)').fill(key);
}
const press = (page: Page) => page.getByRole('button', { name: 'Open and save' }).click();
const contentOf = async (download: Download) => readFile(await download.path());

async function downloaded(page: Page, name: string, content: Buffer, key: string): Promise<Download> {
  await fill(page, name, content, key);
  const [download] = await Promise.all([page.waitForEvent('download'), press(page)]);
  return download;
}

for (const { label, enc, name, dek, sha256: expected } of RELEASED) {
  test(`${label}, which was released, opens`, async ({ page }) => {
    await withoutPicker(page);
    await openPage(page);
    const download = await downloaded(page, `${name}.enc`, await readFile(enc), dek);
    expect(download.suggestedFilename()).toBe(name);
    expect(sha256(await contentOf(download)).toString('hex')).toBe(expected);
  });
}

test('a file of several segments opens, and the page asked the world for nothing', async ({ page }) => {
  await withoutPicker(page);
  const requests = await openPage(page);
  const download = await downloaded(page, 'film.mov.enc', SEALED, KEY);
  expect(download.suggestedFilename()).toBe('film.mov');
  expect((await contentOf(download)).equals(LARGE)).toBe(true);
  await expect(page.getByText('film.mov is opened. Every byte of it was checked.')).toBeVisible();
  expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([OPENER]);
  // Whoever lost the download gets it again.
  const [again] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save film.mov' }).click(),
  ]);
  expect((await contentOf(again)).equals(LARGE)).toBe(true);
});

interface Written {
  name: string;
  bytes: number[];
  state: 'open' | 'closed' | 'aborted' | 'removed';
}

/** Stands in for the system's dialog, which no test can drive: what was written where, and what became of it. */
const withPicker = (page: Page) =>
  page.addInitScript(() => {
    const written: Written = { name: '', bytes: [], state: 'open' };
    const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => {
      written.name = suggestedName;
      return {
        name: suggestedName,
        getFile: async () => new File([], suggestedName),
        createWritable: async () => ({
          write: async (bytes: ArrayBuffer) => void written.bytes.push(bytes.byteLength),
          close: async () => void Object.assign(written, { state: 'closed' }),
          abort: async () => void Object.assign(written, { state: 'aborted' }),
        }),
        remove: async () => void Object.assign(written, { state: 'removed' }),
      };
    };
    Object.assign(window, { written, showSaveFilePicker });
  });
const writtenIn = (page: Page): Promise<Written> => page.evaluate(() => Reflect.get(window, 'written'));

test('where the browser writes to the disk, it goes there segment by segment', async ({ page }) => {
  await withPicker(page);
  await openPage(page);
  await fill(page, 'film.mov.enc', SEALED, KEY);
  await press(page);
  await expect(page.getByText('film.mov is opened and saved. Every byte of it was checked.')).toBeVisible();
  expect(await writtenIn(page)).toEqual({
    name: 'film.mov',
    bytes: [MIB - 56, MIB - 16, LARGE.length - 2 * MIB + 72],
    state: 'closed',
  });
});

test('what is cancelled on the way leaves nothing', async ({ page }) => {
  await withPicker(page);
  await openPage(page);
  // The disk takes its time, until the person has changed their mind.
  await page.evaluate(() => {
    const pick = Reflect.get(window, 'showSaveFilePicker');
    const slow = Promise.withResolvers<void>();
    const showSaveFilePicker = async (options: object) => {
      const handle = await pick(options);
      const output = await handle.createWritable();
      const write = (bytes: ArrayBuffer) => slow.promise.then(() => output.write(bytes));
      return { ...handle, createWritable: async () => ({ ...output, write }) };
    };
    Object.assign(window, { showSaveFilePicker, goOn: slow.resolve });
  });
  await fill(page, 'film.mov.enc', SEALED, KEY);
  await press(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.evaluate(() => Reflect.get(window, 'goOn')());
  await expect(page.getByText('Cancelled. Nothing was saved.')).toBeVisible();
  expect(await writtenIn(page)).toMatchObject({ bytes: [MIB - 56], state: 'removed' });
});

const start = SEALED.length - (40 + LARGE.length + 3 * 16);
function flipped(at: number): Buffer {
  const changed = Buffer.from(SEALED);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

const DAMAGED: [string, Buffer, string, RegExp][] = [
  ['in its middle', flipped(start + MIB + 7), KEY, /^Part 2 of 3 does not open/],
  [
    'in its prelude',
    flipped(20),
    KEY,
    /^(?:Part 1 of 3 does not open|The beginning of this file is damaged)/,
  ],
  ['in its end', flipped(SEALED.length - 1), KEY, /^Part 3 of 3 does not open/],
  ['cut by a byte', SEALED.subarray(0, -1), KEY, /^Part 3 of 3 does not open/],
  ['cut at a border', SEALED.subarray(0, start + 2 * MIB), KEY, /^Part 2 of 2 does not open/],
  ['cut behind a border', SEALED.subarray(0, start + 2 * MIB + 16), KEY, /^This file was cut off/],
  ['opened with another key', SEALED, someBytes(32).toString('base64'), /^Part 1 of 3 does not open/],
  ['opened with no key', SEALED, 'secret', /^This is no key/],
  ['that is another program’s', Buffer.from('%PDF-1.7'), KEY, /^This is not a sealed file/],
  ['of a later version', Buffer.from('SEALKEEP\x02'), KEY, /^This file was made by a newer Sealkeep/],
];
test('what is damaged, cut or not its key’s is refused, and nothing of it is left', async ({ page }) => {
  await withPicker(page);
  for (const [what, content, key, sentence] of DAMAGED) {
    await test.step(what, async () => {
      await openPage(page);
      await fill(page, 'film.mov.enc', content, key);
      await press(page);
      await expect(page.locator('#message')).toHaveText(sentence);
      const { bytes, state, name } = await writtenIn(page);
      // Only the middle is found out when a name was chosen already.
      if (what === 'in its middle') expect({ bytes, state }).toEqual({ bytes: [MIB - 56], state: 'removed' });
      else expect({ bytes, name }).toEqual({ bytes: [], name: '' });
      await expect(page.getByRole('button', { name: 'Open and save' })).toBeEnabled();
    });
  }
});

test('it takes a dropped file, and says everything in both languages', async ({ page }) => {
  await withoutPicker(page);
  await openPage(page, 'zh-TW');
  await expect(page.getByRole('heading', { name: '開啟密封檔案' })).toBeVisible();
  const keys = await page.evaluate('Object.values(TEXTS).map((texts) => Object.keys(texts).sort().join())');
  expect(new Set(keys as string[]).size).toBe(1);
  const dropped = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'note.txt.enc'));
      return transfer;
    },
    [...(await readFile(RELEASED[1]?.enc ?? ''))],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await page.getByLabel('金鑰（DEK）').fill(RELEASED[1]?.dek ?? '');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '開啟並儲存' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('note.txt');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByText('note.txt is opened. Every byte of it was checked.')).toBeVisible();
});

test('by keyboard alone, and axe finds nothing in either theme', async ({ page }) => {
  await withoutPicker(page);
  await openPage(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await fill(page, 'film.mov.enc', flipped(SEALED.length - 1), KEY);
    await page.getByLabel('Key (DEK)').press('Enter');
    await expect(page.locator('#message')).toHaveText(/^Part 3 of 3/);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      [],
    );
  }
});

test('it fits a narrow window', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await openPage(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
