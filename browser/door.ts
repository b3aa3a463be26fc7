import type { Request, RequestHandler } from 'express';
import { pageHeaders } from '../agent/app/page/page-headers.ts';
import { LOOPBACK_RANGES, parseAddressList } from '../server/platform/config/addresses.ts';
import { frontDoor } from '../server/platform/http/front-door.ts';
import { SealkeepError } from '../shared/errors/error.ts';

const HEADERS = pageHeaders("'self'");

/** On every answer, refusals too. */
export const replyHeaders: RequestHandler = (_request, response, next) => {
  response.set(HEADERS);
  next();
};

/**
 * Looks at address, `Host`, `Origin` and `Sec-Fetch-Site` before anything of a request is read.
 * @throws SealkeepError ADDRESS_REFUSED, HOST_REFUSED, ORIGIN_REFUSED
 */
export function shellDoor(): RequestHandler[] {
  const addresses = parseAddressList(LOOPBACK_RANGES.split(','));
  if (!addresses) throw new TypeError('the loopback ranges do not parse');
  return [
    ownHost,
    frontDoor({ addresses, hosts: [], originsOf: (_path, host) => [`http://${host.toLowerCase()}`] }),
    sameSite,
  ];
}

/** Narrower than the front door of the servers, which takes every loopback name. */
const ownHost: RequestHandler = (request, _response, next) => {
  if (!ownHosts(request.socket.localPort).includes((request.get('host') ?? '').toLowerCase()))
    throw new SealkeepError('HOST_REFUSED');
  next();
};

/** What browsers call us in `Host`. Exported for its tests: not everybody may listen on port 80. */
export function ownHosts(port: number | undefined): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const withPort = names.map((name) => `${name}:${port}`);
  // Of HTTP's own port they say nothing.
  return port === 80 ? [...names, ...withPort] : withPort;
}

const sameSite: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && !isPageNavigation(request)) {
    throw new SealkeepError('ORIGIN_REFUSED');
  }
  next();
};

/**
 * A browser that is sent to the page itself: by a typed address (`none`), or by the redirecting file, which browsers
 * call `cross-site`. That page holds nothing, can't be framed, and opens nothing without its secrets.
 */
function isPageNavigation(request: Request): boolean {
  return (
    request.method === 'GET' &&
    request.path === '/' &&
    request.get('sec-fetch-mode') === 'navigate' &&
    request.get('sec-fetch-dest') === 'document'
  );
}
