import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { anyone, type Endpoint, endpoint, rawEndpoint } from '../http/endpoint.ts';
import type { DocumentParts } from './document.ts';

/** Of swagger-ui-dist; the page and what starts it are our own. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript',
  'swagger-ui.css': 'text/css',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sealkeep API</title>
<link rel="stylesheet" href="ASSETS/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="api"></main>
<script src="ASSETS/swagger-ui-bundle.js"></script>
<script src="ASSETS/start.js"></script>
</body>
</html>
`;

/**
 * For reading: tokens have no business in a page, so it tries nothing out. The package's stylesheet has a dark form, which
 * only its own tool bar would turn on.
 */
const START = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: new URL('../openapi.json', document.currentScript.src).href,
  dom_id: '#api',
  supportedSubmitMethods: [],
  deepLinking: true,
  validatorUrl: null,
});
`;

/** All that the page loads comes from this server, no script or style stands in it, and it sends nothing anywhere else. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * What a server says of its own endpoints, these among them.
 * @param isPageWanted whether a page can call at all; inside an app none can.
 */
export function descriptionEndpoints(
  parts: DocumentParts,
  { isPageWanted }: { readonly isPageWanted: boolean },
): Endpoint[] {
  let document: object | undefined;
  const own: Endpoint[] = [
    endpoint({
      method: 'get',
      path: '/openapi.json',
      guard: anyone,
      about: { summary: 'This description', access: 'anyone', reply: z.looseObject({ openapi: z.string() }) },
      bare: true,
      async handle() {
        // Loaded when somebody asks: a start has better things to do.
        const { openApiDocument } = await import('./document.ts');
        document ??= openApiDocument({ ...parts, endpoints: [...parts.endpoints, ...own] });
        return document;
      },
    }),
    ...(isPageWanted ? [pageEndpoint(), assetEndpoint()] : []),
  ];
  return own;
}

function pageEndpoint(): Endpoint {
  return rawEndpoint({
    method: 'get',
    path: '/docs',
    guard: anyone,
    about: { summary: 'The same as a page', access: 'anyone', replyTypes: ['text/html'] },
    async respond({ request, response }) {
      // Relative, as a proxy may know this server under a path.
      const assets = request.path.endsWith('/') ? '.' : 'docs';
      const page = PAGE.replaceAll('ASSETS', assets);
      response.set('Content-Security-Policy', PAGE_POLICY).type('text/html').send(page);
    },
  });
}

function assetEndpoint(): Endpoint {
  return rawEndpoint({
    method: 'get',
    path: '/docs/:asset',
    guard: anyone,
    about: {
      summary: 'What that page loads',
      access: 'anyone',
      replyTypes: [...new Set(Object.values(ASSETS))],
    },
    async respond({ request, response }) {
      const name = String(request.params['asset']);
      if (name === 'start.js') {
        response.type('text/javascript').send(START);
        return;
      }
      const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
      if (type === undefined) throw new SealkeepError('ROUTE_NOT_FOUND');
      const folder = path.dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
      response.type(type).send(await readFile(path.join(folder, name)));
    },
  });
}
