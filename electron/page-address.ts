/** Where the page is: a scheme of our own, so that it is of no site, no file and no server. */
export const PAGE_SCHEME = 'sealkeep-app';
const PAGE_HOST = 'page';
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`;

/**
 * Whether an address is of our page. Compares what the parser says, never parts of strings; `origin` would not do, which
 * is `null` for every scheme that Node does not know.
 */
export function isPageAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST && username === '' && password === '';
}

/** Whether an address is of bytes that our page made itself. */
export function isPageBlob(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, pathname } = new URL(address);
  return protocol === 'blob:' && isPageAddress(pathname);
}
