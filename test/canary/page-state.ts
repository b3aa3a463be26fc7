import type { BrowserContext, Page } from '@playwright/test';

/** Without this flag a snapshot shows of each string its first 1,024 characters only. */
export const WHOLE_STRINGS = '--js-flags=--heap-snapshot-string-limit=1000000000';

/**
 * All strings and objects that the page's JavaScript can still reach, after garbage collection, as V8 writes them down:
 * the state of its stores, of React, and of whatever else holds something. Bytes of an ArrayBuffer are not in it.
 */
export async function heapOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const chunks: Buffer[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(Buffer.from(chunk)));
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.concat(chunks);
}

/** What the page shows and what it stored: cookies, local and session storage, IndexedDB, caches. */
export async function shownAndStored(context: BrowserContext, page: Page): Promise<Buffer> {
  const stored = await context.storageState({ indexedDB: true });
  const shown = await page.evaluate(async () => {
    const cached = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        cached.push(request.url, await (await cache.match(request))?.text());
    }
    return {
      html: document.documentElement.outerHTML,
      fields: Array.from(document.querySelectorAll('input, textarea'), (field) =>
        'value' in field ? field.value : '',
      ),
      address: window.location.href,
      local: { ...localStorage },
      session: { ...sessionStorage },
      cached,
    };
  });
  return Buffer.from(JSON.stringify({ stored, shown }));
}
