import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { mountEndpoints } from '../server/platform/http/endpoint.ts';
import { errorReply, ownErrorShape } from '../server/platform/http/error-reply.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { LIMITS } from '../shared/limits.ts';
import { admissionEndpoints, bridgeEndpoints } from './bridge-endpoints.ts';
import { replyHeaders, shellDoor } from './door.ts';
import { ROUTES } from './page/protocol.ts';
import { createPageAccess, type PageAccess } from './page-access.ts';
import { type AssetPlaces, pageAssets } from './page-assets.ts';
import { createPageLoads } from './page-loads.ts';
import { saveEndpoints } from './save-endpoints.ts';
import type { ShellBackend } from './shell-backend.ts';

export interface ShellParts {
  readonly app: ShellBackend;
  readonly assets: AssetPlaces;
  readonly logger: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** For how long a page whose event stream broke off may come back before its files are given up. */
  readonly graceMs: number;
}

export interface ShellApp {
  readonly handler: Express;
  /** A token for one page; see `PageAccess`. */
  issueToken(onUsed?: () => void): string;
  /** Lets all pages go, so that the server can close. */
  close(): void;
}

/**
 * The loopback page and what carries its bridge, as an app that does not listen. In order: door, the page itself (which
 * holds nothing), the exchange of a token, then, behind both secrets and before any body is read, all the rest.
 */
export function createShellApp(parts: ShellParts): ShellApp {
  const access = createPageAccess(parts.now);
  const loads = createPageLoads(parts.app, parts.graceMs);
  const closing = new AbortController();
  const handler = express();
  handler.disable('x-powered-by');
  handler.disable('etag');
  handler.set('query parser', 'simple');
  handler.use(replyHeaders, ...shellDoor());
  handler.use(pageAssets(parts.assets));
  handler.use(ROUTES.admission, express.json({ limit: LIMITS.jsonBody }));
  mountEndpoints(handler, admissionEndpoints(access));
  handler.use(secretsShown(access));
  handler.use(
    [ROUTES.call, ROUTES.files, ROUTES.folders, ROUTES.saves],
    express.json({ limit: LIMITS.jsonBatchBody }),
  );
  mountEndpoints(handler, bridgeEndpoints(parts.app, access, loads));
  mountEndpoints(handler, saveEndpoints(parts.app, access, parts.now, closing.signal));
  handler.use(() => {
    throw new SealkeepError('ROUTE_NOT_FOUND');
  });
  handler.use(errorReply(parts.logger, () => ownErrorShape));
  return {
    handler,
    issueToken: access.issueToken,
    close() {
      closing.abort();
      loads.close();
    },
  };
}

/** A download can't show the page's secret; its address, good once, stands for it. */
function secretsShown(access: PageAccess): RequestHandler {
  return (request, _response, next) => {
    if (request.path.startsWith(`${ROUTES.save}/`)) access.browserOf(request);
    else access.pageOf(request);
    next();
  };
}
