import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol, type Session } from 'electron';
import { codeOf } from '../core/durable/publish.ts';
import { isPageAddress, PAGE_SCHEME } from './page-address.ts';

/** The page needs no network, and nothing else may come into it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the built page is made of; a file of any other kind is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

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
  const file = fileUnder(root, new URL(url).pathname);
  const contentType = file && CONTENT_TYPES[path.extname(file)];
  if (!file || !contentType) return refusal(404);
  try {
    return new Response(await readFile(file), { headers: { ...HEADERS, 'content-type': contentType } });
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? '')) return refusal(404);
    throw error;
  }
}

/** @returns undefined where the path, decoded, is none or leads out of `root`. */
function fileUnder(root: string, pathname: string): string | undefined {
  const decoded = decode(pathname);
  if (decoded === undefined || /[\0\\:]/.test(decoded)) return undefined;
  const file = path.resolve(root, `.${decoded}`);
  const relative = path.relative(root, file);
  const isInside = relative !== '' && !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
  return isInside ? file : undefined;
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS });
}
