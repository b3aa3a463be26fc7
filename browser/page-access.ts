import type { Request } from 'express';
import { isSameText } from '../core/crypto/hash.ts';
import { randomId, randomToken } from '../core/crypto/random.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { createOneTimeSecrets } from './one-time.ts';
import { PAGE_SECRET_HEADER } from './page/protocol.ts';

/** One browser, known by its cookie, with the pages in it that showed a launch token of their own. */
interface Browser {
  readonly id: string;
  readonly cookie: string;
  readonly pageSecrets: string[];
}

/** Who may do what, by the secrets that a request shows. */
export interface PageAccess {
  /** A launch token, good once, for ten minutes. @param onUsed told when it is. */
  issueToken(onUsed?: () => void): string;
  /**
   * @returns the page's secret, and the header that sets the cookie.
   * @throws SealkeepError LAUNCH_SECRET_REFUSED
   */
  exchange(request: Request, token: string): { readonly pageSecret: string; readonly setCookie: string };
  /** The browser whose cookie this is. @throws SealkeepError LAUNCH_SECRET_REFUSED */
  browserOf(request: Request): string;
  /** The same, asking for the page's secret as well: the cookie alone opens nothing. */
  pageOf(request: Request): string;
}

/** For how long a launch token is good. */
export const TOKEN_LIFE_MS = 10 * 60_000;

export function createPageAccess(now: () => number): PageAccess {
  const tokens = createOneTimeSecrets<{ readonly onUsed: () => void }>(TOKEN_LIFE_MS, now);
  const browsers: Browser[] = [];

  const knownBrowser = (request: Request) => {
    const shown = cookieOf(request);
    return shown === undefined ? undefined : findSame(browsers, ({ cookie }) => isSameText(cookie, shown));
  };
  return {
    issueToken: (onUsed = () => undefined) => tokens.issue({ onUsed }),
    exchange(request, token) {
      const taken = tokens.take(token);
      if (!taken) throw new SealkeepError('LAUNCH_SECRET_REFUSED');
      let browser = knownBrowser(request);
      if (!browser) {
        browser = { id: randomId(), cookie: randomToken(), pageSecrets: [] };
        browsers.push(browser);
      }
      const pageSecret = randomToken();
      browser.pageSecrets.push(pageSecret);
      taken.onUsed();
      const setCookie = `${cookieName(request)}=${browser.cookie}; HttpOnly; SameSite=Strict; Path=/`;
      return { pageSecret, setCookie };
    },
    browserOf(request) {
      const browser = knownBrowser(request);
      if (!browser) throw new SealkeepError('LAUNCH_SECRET_REFUSED');
      return browser.id;
    },
    pageOf(request) {
      const browser = knownBrowser(request);
      const shown = request.get(PAGE_SECRET_HEADER) ?? '';
      if (!browser || !findSame(browser.pageSecrets, (secret) => isSameText(secret, shown))) {
        throw new SealkeepError('LAUNCH_SECRET_REFUSED');
      }
      return browser.id;
    },
  };
}

/** Looks at all, so that time does not tell which it was. */
function findSame<Item>(items: readonly Item[], isSame: (item: Item) => boolean): Item | undefined {
  return items.filter(isSame)[0];
}

/** All ports of 127.0.0.1 share cookies: with the port in its name, one shell does not overwrite another's. */
function cookieName(request: Request): string {
  return `sealkeep-${request.socket.localPort}`;
}

function cookieOf(request: Request): string | undefined {
  const name = cookieName(request);
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
