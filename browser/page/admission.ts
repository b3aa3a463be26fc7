import type { BridgeError } from '../../shared/bridge/state.ts';
import { NOT_LET_IN, UNREACHABLE } from './answers.ts';
import type { PageWorld } from './page-world.ts';
import { type AdmissionReply, LOAD_HEADER, PAGE_SECRET_HEADER, ROUTES } from './protocol.ts';

const STORED_UNDER = 'sealkeep-page';

/** A `fetch` that shows both secrets. */
export type OpenFetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Lets the page in, once. Gives LAUNCH_SECRET_REFUSED where it was not opened by a good address. */
export type Admission = () => Promise<OpenFetch | BridgeError>;

/**
 * Exchanges the token in the address, or takes up what the page had before it was loaded anew. Where the shell does not
 * answer, whoever asks next tries again.
 */
export function createAdmission(world: PageWorld): Admission {
  const token = world.takeFragment();
  let admitting: ReturnType<Admission> | undefined;
  const load = crypto.randomUUID();

  async function admit(): Promise<OpenFetch | BridgeError> {
    const fresh = token === '' ? undefined : await exchange(world, token);
    if (typeof fresh === 'object') {
      admitting = undefined;
      return fresh;
    }
    if (fresh !== undefined) world.storage.setItem(STORED_UNDER, fresh);
    const secret = fresh ?? world.storage.getItem(STORED_UNDER);
    if (secret === null) return NOT_LET_IN;
    const shown = { [PAGE_SECRET_HEADER]: secret, [LOAD_HEADER]: load };
    return (path, init = {}) => world.fetch(path, { ...init, headers: { ...init.headers, ...shown } });
  }
  return () => {
    admitting ??= admit();
    return admitting;
  };
}

/** @returns the page's secret; undefined where the token is no good, UNREACHABLE where nobody said. */
async function exchange(world: PageWorld, token: string): Promise<string | BridgeError | undefined> {
  const response = await world.fetch(ROUTES.admission, jsonPost({ token })).catch(() => undefined);
  if (!response) return UNREACHABLE;
  if (!response.ok) return undefined;
  return ((await response.json()) as AdmissionReply).page_secret;
}

export function jsonPost(body: unknown) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
