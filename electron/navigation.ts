import { app, type WebContents, type WebContentsWillNavigateEventParams } from 'electron';
import type { WaysOut } from './external-url.ts';
import { parseOtpLink } from './otp-link.ts';
import { isPageAddress } from './page-address.ts';

type Navigation = Pick<WebContentsWillNavigateEventParams, 'url' | 'isMainFrame' | 'initiator'>;

/**
 * No page goes anywhere: of all navigations only our page loading itself anew is let through. The one link of ours that
 * leaves, the authenticator's, is handed over instead; a link that asks for a new window is handed to `openUrl`, which
 * decides; there is never a second window.
 */
export function registerNavigation(out: WaysOut): void {
  app.on('web-contents-created', (_, contents) => guard(contents, out));
}

function guard(contents: WebContents, out: WaysOut): void {
  contents.on('will-frame-navigate', (event) => {
    // `will-navigate` tells of the same, and refuses it: told of here alone, the link would never be handed over.
    if (!isReload(event) && !isOtpLink(event)) event.preventDefault();
  });
  contents.on('will-navigate', (event) => {
    if (isReload(event)) return;
    event.preventDefault();
    if (isOtpLink(event)) out.openOtpLink(event.url);
  });
  // Our own scheme never redirects.
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    out.openUrl(url);
    return { action: 'deny' };
  });
}

function isReload({ url, isMainFrame }: Navigation): boolean {
  return isMainFrame && isPageAddress(url);
}

/** The link of the authenticator screen, followed by the main frame of our own page. */
function isOtpLink({ url, isMainFrame, initiator }: Navigation): boolean {
  const isOurs = initiator?.parent === null && isPageAddress(initiator.url);
  return isMainFrame && isOurs && parseOtpLink(url) !== undefined;
}
