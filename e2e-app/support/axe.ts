import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/**
 * axe finds nothing on what is shown.
 * @param part of the page to look at, where the rest of it was looked at before.
 */
export async function expectAccessible(page: Page, what: string, part?: string): Promise<void> {
  // One document, so axe needs no window of its own to look at others; Electron gives it none.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (part === undefined ? axe : axe.include(part)).analyze();
  const problems = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  expect(problems, what).toEqual([]);
}
