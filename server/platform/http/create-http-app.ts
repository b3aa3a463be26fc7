import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { MESSAGE_TYPE } from '../../../shared/api/kms/session.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { callOf, hasBody, isInSession, plainPath } from './call.ts';
import type { CallLimits } from './call-limits.ts';
import { type Endpoint, mountEndpoints } from './endpoint.ts';
import { type ErrorShape, errorReply, ownErrorShape } from './error-reply.ts';
import { type FrontDoor, frontDoor } from './front-door.ts';

export interface HttpAppParts {
  readonly door: FrontDoor;
  /** Addresses and ranges of proxies whose word for the caller's address is taken. */
  readonly trustedProxies: readonly string[];
  readonly endpoints: readonly Endpoint[];
  /** Paths that take a batch, and so a larger body than the rest. */
  readonly batchPaths: readonly string[];
  /** Sets reply headers that refusals carry too (CORS of the KACLS paths). */
  readonly beforeDoor?: RequestHandler;
  /** Answers what needs no body (preflights), behind the front door. */
  readonly afterDoor?: RequestHandler;
  /** Opens bodies of the type `application/jose`, once they are read. */
  readonly messageDoor?: RequestHandler;
  /** The shape of errors by path; ours where it is not given. */
  readonly errorShapeOf?: (path: string) => ErrorShape;
  /** The first of all handlers: sees every request. */
  readonly measure?: RequestHandler;
  readonly limits: CallLimits;
  readonly logger: Logger;
}

/** An app of one server: front door, then how often, then bodies, then its table of endpoints, errors last. It does not listen. */
export function createHttpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', [...parts.trustedProxies]);
  app.set('query parser', 'simple');
  if (parts.measure) app.use(parts.measure);
  app.use(setHeaders());
  if (parts.beforeDoor) app.use(parts.beforeDoor);
  app.use(frontDoor(parts.door));
  app.use(countAddress(parts.limits));
  if (parts.afterDoor) app.use(parts.afterDoor);
  if (parts.messageDoor) {
    const raw = (limit: number) => express.raw({ type: MESSAGE_TYPE, limit });
    app.use(byPath(parts.batchPaths, raw(LIMITS.messageBatchBody), raw(LIMITS.messageBody)));
    app.use(parts.messageDoor);
  }
  app.use(byPath(parts.batchPaths, jsonBody(LIMITS.jsonBatchBody), jsonBody(LIMITS.jsonBody)));
  app.use(refuseOtherBodies);
  mountEndpoints(app, parts.endpoints);
  app.use(() => {
    throw new SealkeepError('ROUTE_NOT_FOUND');
  });
  app.use(errorReply(parts.logger, parts.errorShapeOf ?? (() => ownErrorShape)));
  return app;
}

/** What is no page loads and shows nothing; the one that is says so itself. */
const NO_PAGE = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
/** Before anything of the body is read, and for whoever the front door lets in only. */
function countAddress(limits: CallLimits): RequestHandler {
  return (request, _response, next) => {
    limits.count('address', request.ip ?? '').then(() => next(), next);
  };
}

/** What every reply says, and the request's id, which a caller can quote, and finds in the logs and in the audit log. */
function setHeaders(): RequestHandler {
  const headers = securityHeaders().set('Cache-Control', 'no-store');
  return (request, response, next) => {
    response.setHeaders(headers).setHeader('X-Request-Id', callOf(request).requestId);
    next();
  };
}

/** Helmet says the same of every reply, so it is asked once. */
function securityHeaders(): Map<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({ contentSecurityPolicy: { useDefaults: false, directives: NO_PAGE } })(
    request,
    response,
    () => undefined,
  );
  return new Map(response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]));
}

/** Two handlers of one kind: paths that take a batch, and those below them, have their own. */
function byPath(
  batchPaths: readonly string[],
  ofBatches: RequestHandler,
  ofOthers: RequestHandler,
): RequestHandler {
  return (request, response, next) => {
    const path = `${plainPath(request.path)}/`;
    const isBatch = batchPaths.some((one) => path.startsWith(`${one}/`));
    (isBatch ? ofBatches : ofOthers)(request, response, next);
  };
}

/** What came in a message is the body already, and nothing outside it may take its place. */
function jsonBody(limit: number): RequestHandler {
  const parse = express.json({ limit });
  return (request, response, next) => {
    if (isInSession(request)) next();
    else parse(request, response, next);
  };
}

/** Bodies are JSON, but for multipart, which the endpoint that takes it reads itself. */
const refuseOtherBodies: RequestHandler = (request, _response, next) => {
  if (hasBody(request) && !request.is(['application/json', 'multipart/form-data'])) {
    throw new SealkeepError('REQUEST_NOT_JSON');
  }
  next();
};
