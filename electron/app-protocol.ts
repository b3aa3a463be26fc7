import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { pageFile } from '../agent/app/page/page-file.ts';
import { pageHeaders } from '../agent/app/page/page-headers.ts';
import { codeOf } from '../core/durable/publish.ts';
import { isPageAddress, PAGE_SCHEME } from './page-address.ts';

/** The page needs no network, and nothing else may come into it. */
const HEADERS = pageHeaders("'none'");

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** To be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built page, and nothing that is not under `root`, to the pages of `session`. */
export function registerAppProtocol({ protocol: own }: Session, root: string): void {
  own.handle(PAGE_SCHEME, ({ method, url }) => servePage(root, method, url));
}

/** Answers one request for a file of the page. Exported for its tests. */
export async function servePage(root: string, method: string, url: string): Promise<Response> {
  if (method !== 'GET') return refusal(405);
  if (!isPageAddress(url)) return refusal(403);
  const found = pageFile(root, new URL(url).pathname);
  if (!found) return refusal(404);
  try {
    return new Response(await readFile(found.file), { headers: { ...HEADERS, 'content-type': found.type } });
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? '')) return refusal(404);
    throw error;
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS });
}
