import type { Session } from 'electron';
import { isPageAddress } from './page-address.ts';

/** Requests that may go on although they are not for our page. None of these reaches a network. */
const LOCAL: Readonly<Record<string, string>> = {
  'blob:': 'pictures that the page made of its own bytes',
  'data:': 'the QR picture is one',
};

/** Whether a request of the page goes on; exported for its tests. */
export function isAllowedRequest(address: string, resourceType: string, hasDevTools: boolean): boolean {
  if (isPageAddress(address)) return true;
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  if (protocol === 'devtools:') return hasDevTools;
  return resourceType === 'image' && Object.hasOwn(LOCAL, protocol);
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
