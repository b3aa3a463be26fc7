import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { anaHere } from './support/person.ts';

const PANELS = ['Files', 'Cloud', 'Shared with me', 'Settings'];

async function problems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

test('axe finds nothing on any panel in either theme', async ({ openApp }) => {
  const { page } = await anaHere(openApp);
  for (const theme of ['Light', 'Dark']) {
    await showPanel(page, 'Settings');
    await page.getByRole('radio', { name: theme }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase());
    for (const panel of PANELS) {
      await showPanel(page, panel);
      await expect(page.getByRole('heading', { name: panel, level: 1 })).toBeVisible();
      expect(await problems(page), `${panel}, ${theme}`).toEqual([]);
    }
  }
});
