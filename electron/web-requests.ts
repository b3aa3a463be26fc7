import type { Session } from 'electron';
import { isPageAddress, isPageBlob } from './page-address.ts';

/**
 * Whether a request of the page goes on; exported for its tests. Beyond our scheme that is what reaches no network: bytes
 * of the page's own, as a picture or to be saved (`other`, if a download is asked about at all), and the QR picture.
 */
export function isAllowedRequest(address: string, resourceType: string, hasDevTools: boolean): boolean {
  if (isPageAddress(address)) return true;
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  if (protocol === 'devtools:') return hasDevTools;
  if (isPageBlob(address)) return resourceType === 'image' || resourceType === 'other';
  return protocol === 'data:' && resourceType === 'image';
}

/** Cancels whatever the pages of `session` ask of anyone but our own scheme, should the CSP ever fail to. */
export function registerWebRequests(
  { webRequest }: Session,
  { hasDevTools }: { hasDevTools: boolean },
): void {
  webRequest.onBeforeRequest(({ url, resourceType }, answer) =>
    answer({ cancel: !isAllowedRequest(url, resourceType, hasDevTools) }),
  );
}
