import { nativeTheme } from 'electron';
import type { App } from '../agent/app/app.ts';
import type { AppState } from '../shared/bridge/state.ts';

/** Frames and dialogs follow the theme that the person chose for the page. */
export function registerTheme(app: Pick<App, 'on'>, now: AppState): void {
  const follow = ({ settings }: AppState) => {
    nativeTheme.themeSource = settings.theme;
  };
  follow(now);
  app.on('app.changed', follow);
}
