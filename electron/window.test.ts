import { afterEach, expect, test } from 'vitest';
import { app, BrowserWindow, createSession, resetElectron } from '../test/electron.stub.ts';
import { createMainWindow } from './window.ts';

afterEach(resetElectron);

function made(): { readonly window: BrowserWindow; readonly preferences: Record<string, unknown> } {
  createMainWindow(createSession() as never, '/built/preload.cjs', () => undefined);
  const [window] = BrowserWindow.made;
  if (!window) throw new Error('no window');
  return { window, preferences: window.options['webPreferences'] as Record<string, unknown> };
}

test('STYLE 2: every preference is written out', () => {
  const { preferences } = made();
  expect(preferences).toMatchObject({
    preload: '/built/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    spellcheck: false,
    devTools: false,
  });
});

test('STYLE 2: developer tools are there only where the app is not packaged', () => {
  app.isPackaged = false;
  expect(made().preferences['devTools']).toBe(true);
});

test('UX: the window may be as narrow as the page works', () => {
  expect(made().window.options).toMatchObject({ minWidth: 360 });
});

test('STYLE 1: the window loads our own scheme and shows itself when there is something to see', () => {
  const { window } = made();
  expect(window.loadURL).toHaveBeenCalledExactlyOnceWith('sealkeep-app://page/index.html');
  expect(window.show).not.toHaveBeenCalled();
  window.emit('ready-to-show');
  expect(window.show).toHaveBeenCalledOnce();
});
