import { z } from 'zod';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL's host is this machine itself. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * A server's base URL in one spelling: scheme and host lower case, default port left out, no trailing slash,
 * no user, query or fragment. `http:` is for loopback hosts only, `https:` for all, nothing else.
 * @returns undefined where the text is no such URL.
 */
export function normalizeServiceUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username || url.password || url.search || url.hash) return undefined;
  const spoken = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return spoken ? `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}` : undefined;
}

/** A base URL, normalised on the way in. */
export const serviceUrl = z
  .string()
  .max(512)
  .transform((text, context) => {
    const url = normalizeServiceUrl(text);
    if (url !== undefined) return url;
    context.addIssue('not an https: address, or http: on this machine');
    return z.NEVER;
  });

/**
 * kacls.md R-URL: scheme and host without regard to case, default port left out, path exact after one trailing slash.
 * Text that is no URL equals nothing.
 */
export function isSameServiceUrl(left: string, right: string): boolean {
  const normalized = normalizeServiceUrl(left);
  return normalized !== undefined && normalized === normalizeServiceUrl(right);
}
