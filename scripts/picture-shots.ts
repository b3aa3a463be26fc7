import type { Page } from '@playwright/test';
import type { SceneName } from '../renderer/testing/scenes.ts';

/** One picture: a world of the fake agent, and the way through the page to what is to be seen. */
export interface Shot {
  readonly name: string;
  readonly scene: SceneName;
  /** From the first picture of the scene to what is to be seen; by place, since names differ between languages. */
  readonly go?: (page: Page) => Promise<void>;
}

const panel = (index: number) => (page: Page) => page.locator('nav button').nth(index).click();
const cloudThen = (then: (page: Page) => Promise<void>) => async (page: Page) => {
  await panel(1)(page);
  await page.locator('table').waitFor();
  await then(page);
};
const toAuthenticator = async (page: Page) => {
  await page.locator('form input').nth(0).fill('ana');
  await page.locator('form input').nth(1).fill('four wandering teal lamps');
  await page.locator('button[type=submit]').click();
  await page.locator('.qr').waitFor();
};

export const SHOTS: readonly Shot[] = [
  { name: 'welcome', scene: 'new' },
  { name: 'broken', scene: 'broken' },
  { name: 'join', scene: 'new', go: (page) => page.locator('.way').nth(1).click() },
  {
    name: 'account',
    scene: 'account',
    go: async (page) => {
      await page.locator('form input').nth(0).fill('ana');
      await page.locator('form input').nth(1).fill('ana12345678');
    },
  },
  { name: 'authenticator', scene: 'account', go: toAuthenticator },
  {
    name: 'authenticator-wrong',
    scene: 'account',
    go: async (page) => {
      await toAuthenticator(page);
      await page.locator('.code-input').fill('000000');
      await page.locator('.note-danger').waitFor();
    },
  },
  {
    name: 'recovery',
    scene: 'account',
    go: async (page) => {
      await toAuthenticator(page);
      await page.locator('.code-input').fill('123 456');
      await page.locator('.recovery-codes').waitFor();
    },
  },
  { name: 'login', scene: 'login' },
  {
    name: 'login-wrong',
    scene: 'login',
    go: async (page) => {
      await page.locator('form input').nth(1).fill('wrong password');
      await page.locator('.code-input').fill('000000');
      await page.locator('.note-danger').waitFor();
    },
  },
  { name: 'files-empty', scene: 'empty' },
  { name: 'files', scene: 'full' },
  { name: 'files-browser', scene: 'browser', go: async (page) => page.locator('summary').first().click() },
  { name: 'files-kms-away', scene: 'kms-away', go: async (page) => page.locator('.pill').click() },
  {
    name: 'files-hover',
    scene: 'full',
    go: async (page) => {
      const transfer = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['a'], 'a.txt'));
        data.items.add(new File(['b'], 'b.enc'));
        return data;
      });
      await page.getByTestId('drop-zone').dispatchEvent('dragenter', { dataTransfer: transfer });
    },
  },
  { name: 'cloud', scene: 'full', go: panel(1) },
  {
    name: 'cloud-chosen',
    scene: 'moving',
    go: cloudThen(async (page) => {
      await page.locator('tbody input[type=checkbox]').nth(1).check();
      await page.locator('tbody input[type=checkbox]').nth(3).check();
    }),
  },
  {
    name: 'cloud-menu',
    scene: 'moving',
    go: cloudThen((page) => page.locator('tbody .cell-actions button').nth(1).click()),
  },
  { name: 'cloud-empty', scene: 'empty', go: panel(1) },
  { name: 'cloud-loading', scene: 'loading', go: panel(1) },
  { name: 'cloud-failing', scene: 'failing', go: panel(1) },
  { name: 'cloud-away', scene: 'away', go: panel(1) },
  {
    name: 'cloud-no-match',
    scene: 'moving',
    go: cloudThen((page) => page.locator('input[type=search]').fill('xyz')),
  },
  {
    name: 'share',
    scene: 'moving',
    go: cloudThen((page) => page.locator('tbody .cell-actions button').nth(2).click()),
  },
  {
    name: 'delete',
    scene: 'moving',
    go: cloudThen(async (page) => {
      await page.locator('tbody .cell-actions button').nth(1).click();
      await page.locator('.menu-item-danger').click();
      await page.locator('dialog').waitFor();
    }),
  },
  { name: 'shared', scene: 'moving', go: panel(2) },
  { name: 'shared-empty', scene: 'empty', go: panel(2) },
  { name: 'shared-away', scene: 'away', go: panel(2) },
  { name: 'settings', scene: 'away', go: panel(3) },
  { name: 'settings-browser', scene: 'browser', go: panel(3) },
];
