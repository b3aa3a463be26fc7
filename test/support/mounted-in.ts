import type { Express } from 'express';

export interface LiveEndpoint {
  readonly method: string;
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** What an app mounts. */
export function mountedIn(app: Express): LiveEndpoint[] {
  const { stack } = app.router as unknown as { stack: readonly Layer[] };
  return stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    // What answers every method is the refusal of the wrong ones.
    const [method] = methods.length === 1 && methods[0] !== '_all' ? methods : [];
    return route && method !== undefined ? [{ method: method.toUpperCase(), path: route.path }] : [];
  });
}
