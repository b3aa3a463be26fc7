import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium } from '@playwright/test';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { SHOTS, type Shot } from './picture-shots.ts';

/**
 * Takes a picture of every screen and panel, in both themes, both languages and three widths, and has axe look at each
 * in both themes. The page is the built one, on a fake agent, under the policy that the shells send.
 * `npm run pictures -- cloud dark 360` takes only those whose names contain all of the words.
 */
const ROOT = path.join(import.meta.dirname, '..');
const BUILT = path.join(ROOT, 'out', 'preview');
const PICTURES = path.join(ROOT, 'out', 'pictures');
const WIDTHS = [360, 900, 1280] as const;
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'zh-Hant'] as const;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

async function serve(): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    readFile(path.join(BUILT, path.normalize(name))).then(
      (bytes) => {
        response.setHeader('content-type', TYPES[path.extname(name)] ?? 'application/octet-stream');
        response.setHeader('content-security-policy', POLICY);
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return { server, address: `http://127.0.0.1:${at.port}/testing/preview.html` };
}

const complaints: string[] = [];

async function take(
  browser: Browser,
  address: string,
  shot: Shot,
  words: readonly string[],
): Promise<number> {
  let taken = 0;
  for (const theme of THEMES) {
    for (const language of LANGUAGES) {
      for (const width of WIDTHS) {
        const name = `${shot.name}-${theme}-${language}-${width}`;
        if (!words.every((word) => name.includes(word))) continue;
        const context = await browser.newContext({ viewport: { width, height: width < 500 ? 740 : 800 } });
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(`${name}: ${message.text()}`);
        });
        page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`));
        await page.goto(`${address}?scene=${shot.scene}&theme=${theme}&language=${language}`);
        await page.locator('#root > *').first().waitFor();
        await shot.go?.(page);
        await page.evaluate(() => document.fonts.ready);
        await page.waitForTimeout(200);
        await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
        const isTooWide = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        if (isTooWide) complaints.push(`${name}: wider than the window`);
        if (language === 'en' && width !== 900) {
          const { violations } = await new AxeBuilder({ page }).analyze();
          for (const { id, nodes } of violations) {
            complaints.push(`${name}: axe ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
          }
        }
        await context.close();
        taken += 1;
      }
    }
  }
  return taken;
}

await build({
  configFile: false,
  root: path.join(ROOT, 'renderer'),
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: 'es2024',
    rolldownOptions: { input: path.join(ROOT, 'renderer', 'testing', 'preview.html') },
  },
});
const words = process.argv.slice(2);
if (words.length === 0) await rm(PICTURES, { recursive: true, force: true });
await mkdir(PICTURES, { recursive: true });
const { server, address } = await serve();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_FLAGS });
let taken = 0;
for (let index = 0; index < SHOTS.length; index += 3) {
  const counts = await Promise.all(
    SHOTS.slice(index, index + 3).map((shot) => take(browser, address, shot, words)),
  );
  taken += counts.reduce((sum, count) => sum + count, 0);
}
await browser.close();
server.close();
console.log(`${taken} pictures in out/pictures`);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 || taken === 0 ? 1 : 0;
