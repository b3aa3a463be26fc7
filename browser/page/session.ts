import type { PageWorld } from './page-world.ts';
import { LOAD_HEADER, PAGE_SECRET_HEADER, ROUTES, type SessionReply } from './protocol.ts';

const STORED_UNDER = 'sealkeep-page';

/** A `fetch` that shows both secrets. Resolves undefined where this page has none: it was not opened by a good address. */
export type OpenFetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Exchanges the token in the address, or takes up what the page had before it was loaded anew. */
export async function openSession(world: PageWorld): Promise<OpenFetch | undefined> {
  const token = world.takeFragment();
  const fresh = token === '' ? undefined : await exchange(world, token);
  if (fresh !== undefined) world.storage.setItem(STORED_UNDER, fresh);
  const secret = fresh ?? world.storage.getItem(STORED_UNDER);
  if (secret === null) return undefined;
  const shown = { [PAGE_SECRET_HEADER]: secret, [LOAD_HEADER]: crypto.randomUUID() };
  return (path, init = {}) => world.fetch(path, { ...init, headers: { ...init.headers, ...shown } });
}

async function exchange(world: PageWorld, token: string): Promise<string | undefined> {
  const response = await world.fetch(ROUTES.session, jsonPost({ token }));
  if (!response.ok) return undefined;
  return ((await response.json()) as SessionReply).page_secret;
}

export function jsonPost(body: unknown) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
