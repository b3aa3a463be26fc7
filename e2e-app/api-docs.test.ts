import { expect, test } from '@playwright/test';
import { startTestKms, type TestKms } from '../test/kms/start-test-kms.ts';

let kms: TestKms;
test.beforeAll(async () => {
  kms = await startTestKms();
});
test.afterAll(() => kms.close());

for (const path of ['/docs', '/docs/']) {
  test(`${path} shows every endpoint, and asks nobody else for anything`, async ({ page }) => {
    const [complaints, foreign]: [string[], string[]] = [[], []];
    // What the policy refuses, the console says.
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!/^data:/.test(request.url()) && !request.url().startsWith(kms.address()))
        foreign.push(request.url());
    });
    const answer = await page.goto(kms.address() + path);
    expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    await expect(page.getByText('Sealkeep KMS')).toBeVisible();
    const described = (await (await fetch(`${kms.address()}/openapi.json`)).json()) as { paths: object };
    const operations = Object.values(described.paths).flatMap((item) => Object.keys(item as object));
    await expect(page.locator('.opblock')).toHaveCount(operations.length);
    await page.locator('#operations-KACLS-post_wrap .opblock-summary-control').click();
    await expect(page.getByText('Whoever the tokens in the body are for.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try it out' })).toHaveCount(0);
    const body = page.locator('body');
    const brightness = () => body.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(brightness).toBe('rgb(28, 32, 34)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(brightness).not.toBe('rgb(28, 32, 34)');
    expect([complaints, foreign]).toEqual([[], []]);
  });
}
