import { app, type WebContents } from 'electron';
import { isPageAddress } from './page-address.ts';

/**
 * No page goes anywhere: of all navigations only our page loading itself anew is let through. A link that asks for a
 * new window is handed to `openExternal`, which decides; there is never a second window.
 */
export function registerNavigation(openExternal: (address: string) => void): void {
  app.on('web-contents-created', (_, contents) => guard(contents, openExternal));
}

function guard(contents: WebContents, openExternal: (address: string) => void): void {
  contents.on('will-navigate', (event) => {
    if (!event.isMainFrame || !isPageAddress(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPageAddress(event.url)) event.preventDefault();
  });
  // Our own scheme never redirects.
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}
