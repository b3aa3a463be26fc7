/** What the carrier needs of the window around it, so that tests can give it another. */
export interface PageWorld {
  readonly fetch: typeof fetch;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** What stands after `#` in the address bar, once; it is gone from there after. */
  takeFragment(): string;
  /** Whether the person can see the page. */
  isShown(): boolean;
  /** Told when that changes. @returns stops listening. */
  onShownChange(listener: () => void): () => void;
  /** Whether the page is being left or loaded again: what fails now fails by that. */
  isLeaving(): boolean;
  /** Resolves after that many milliseconds. */
  wait(ms: number): Promise<void>;
  /** Lets the browser save what lies under an address of this page's origin. */
  download(url: string): void;
}

/** The real one. */
export function pageWorldOf(window: Window & typeof globalThis): PageWorld {
  const { location, history, document } = window;
  let isLeaving = false;
  window.addEventListener('pagehide', () => {
    isLeaving = true;
  });
  // Come back to by the browser's own buttons.
  window.addEventListener('pageshow', () => {
    isLeaving = false;
  });
  return {
    fetch: window.fetch.bind(window),
    storage: window.sessionStorage,
    takeFragment() {
      const fragment = location.hash.slice(1);
      if (fragment !== '') history.replaceState(null, '', location.pathname + location.search);
      return fragment;
    },
    isShown: () => document.visibilityState === 'visible',
    onShownChange(listener) {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    isLeaving: () => isLeaving,
    wait: (ms) => new Promise((resolve) => window.setTimeout(resolve, ms)),
    download(url) {
      const anchor = document.createElement('a');
      anchor.href = url;
      anchor.download = '';
      document.body.append(anchor);
      anchor.click();
      anchor.remove();
    },
  };
}
