import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import { type PageFile, pageFile } from '../agent/app/page/page-file.ts';
import { codeOf } from '../core/durable/publish.ts';
import { ignoreLeaving } from './leaving.ts';
import { ROUTES } from './page/protocol.ts';

const SCRIPT = 'text/javascript; charset=utf-8';

/** Vite's names of what never changes under its name. */
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

export interface AssetPlaces {
  /** Folder of the built page. */
  readonly page: string;
  /** The built script that makes `window.sealkeep`. */
  readonly carrier: string;
}

/** Serves the built page and nothing beside it; what is not there is left to the next handler. */
export function pageAssets({ page, carrier }: AssetPlaces): RequestHandler {
  const root = path.resolve(page);
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    if (request.path === '/') return sendPage(path.join(root, 'index.html'), response);
    if (request.path === ROUTES.carrier) return sendFile({ file: carrier, type: SCRIPT }, response);
    const found = pageFile(root, request.path);
    if (!found || !(await isFile(found.file))) {
      // Browsers ask for it unasked, and call anything but an answer an error of the page.
      if (request.path !== '/favicon.ico') return next();
      response.status(204).end();
      return;
    }
    const name = path.relative(root, found.file).replaceAll(path.sep, '/');
    if (HASHED.test(name)) response.set('Cache-Control', 'private, max-age=31536000, immutable');
    await sendFile(found, response);
  };
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

async function sendFile({ file, type }: PageFile, response: Response): Promise<void> {
  response.type(type);
  await pipeline(createReadStream(file), response).catch(ignoreLeaving);
}

/** The carrier's script stands before the page's own: modules run in the order of the document. */
async function sendPage(file: string, response: Response): Promise<void> {
  const html = await readFile(file, 'utf8');
  const script = `<script type="module" src="${ROUTES.carrier}"></script>`;
  response.type('html').send(html.replace('<script', `${script}\n    <script`));
}
