import {
  app,
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  nativeTheme,
  type Session,
} from 'electron';
import { PAGE_URL } from './page-address.ts';

/** What the window shows before the page has painted; the page's own colours (renderer's tokens) come close. */
const BACKGROUND = { light: '#f7f8fa', dark: '#14171c' } as const;

/** Every preference that guards the main process from the page is written out, whatever Electron's default is. */
function windowOptions(session: Session, preload: string): BrowserWindowConstructorOptions {
  return {
    title: 'Sealkeep',
    width: 1080,
    height: 720,
    minWidth: 360,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  };
}

/** The one window. It shows itself when the page has something to show. */
export function createMainWindow(
  session: Session,
  preload: string,
  report: (error: unknown) => void,
): BrowserWindow {
  const window = new BrowserWindow(windowOptions(session, preload));
  window.once('ready-to-show', () => window.show());
  window.loadURL(PAGE_URL).catch(report);
  return window;
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
