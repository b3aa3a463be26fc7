import type { App, AppSettings } from './app.ts';

/** Starts the app behind the bridge. Where a place was chosen before, it connects there in the background. */
export async function createApp(_settings: AppSettings): Promise<App> {
  throw new TypeError('not yet');
}
