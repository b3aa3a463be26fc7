import type { PageWorld } from '../page-world.ts';

/** A tab of a browser: Node's own fetch, with the address, the cookie jar and the storage that a tab would have. */
export function createTab(shell: { readonly address: string }, fragment: string) {
  const cookies = new Map<string, string>();
  const storage = new Map<string, string>();
  const downloads: string[] = [];
  const sent: string[] = [];
  const waits: (() => void)[] = [];
  const leaving = new AbortController();
  const onShown = new Set<() => void>();
  let isShown = true;
  let shown = fragment;
  const tab = {
    cookies,
    storage,
    downloads,
    sent,
    waits,
    address: shell.address,
    fragment: () => shown,
    /** Closes its connections, as a browser does with a page that is left. */
    leave: () => leaving.abort(),
    /** The person goes to another tab, or comes back to this one. */
    show(nowShown: boolean) {
      isShown = nowShown;
      for (const listener of onShown) listener();
    },
    world: (): PageWorld => ({
      async fetch(target, init) {
        sent.push(`${init?.method ?? 'GET'} ${String(target).replace(/[\w-]{43}/, 'SECRET')}`);
        const headers = new Headers(init?.headers);
        headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
        headers.set('sec-fetch-site', 'same-origin');
        const signal = AbortSignal.any([leaving.signal, ...(init?.signal ? [init.signal] : [])]);
        const response = await fetch(`${tab.address}${target}`, { ...init, headers, signal });
        for (const line of response.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
          cookies.set(name, value);
        }
        return response;
      },
      storage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => {
          storage.set(key, value);
        },
      },
      takeFragment() {
        const taken = shown;
        shown = '';
        return taken;
      },
      isShown: () => isShown,
      isLeaving: () => leaving.signal.aborted,
      onShownChange(listener) {
        onShown.add(listener);
        return () => onShown.delete(listener);
      },
      wait: () =>
        new Promise((resolve) => {
          waits.push(resolve);
        }),
      download: (url) => {
        downloads.push(url);
      },
    }),
  };
  return tab;
}
