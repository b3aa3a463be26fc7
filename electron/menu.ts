import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellText } from '../shared/messages/shell-en.ts';
import type { Texts } from './language.ts';

type Role = NonNullable<MenuItemConstructorOptions['role']>;
type Line = readonly [Role, ShellText] | 'separator';

/** The menu that macOS names after the app. */
const MAC: readonly Line[] = [
  ['about', 'menu.about'],
  'separator',
  ['services', 'menu.services'],
  'separator',
  ['hide', 'menu.hide'],
  ['hideOthers', 'menu.hide-others'],
  ['unhide', 'menu.show-all'],
  'separator',
  ['quit', 'menu.quit'],
];
const EDIT: readonly Line[] = [
  ['undo', 'menu.undo'],
  ['redo', 'menu.redo'],
  'separator',
  ['cut', 'menu.cut'],
  ['copy', 'menu.copy'],
  ['paste', 'menu.paste'],
  ['selectAll', 'menu.select-all'],
];
const VIEW: readonly Line[] = [
  ['resetZoom', 'menu.actual-size'],
  ['zoomIn', 'menu.zoom-in'],
  ['zoomOut', 'menu.zoom-out'],
  'separator',
  ['togglefullscreen', 'menu.full-screen'],
];
const DEVELOPER: readonly Line[] = [
  'separator',
  ['reload', 'menu.reload'],
  ['toggleDevTools', 'menu.developer'],
];
const WINDOW: readonly Line[] = [
  ['minimize', 'menu.minimize'],
  ['zoom', 'menu.zoom'],
];
const FRONT: readonly Line[] = ['separator', ['front', 'menu.front']];

/**
 * A small menu of roles: the keys that people expect, and nothing that leads out of the page. Electron's own labels are
 * English, so each line has one of ours. To be called again when the language changes.
 */
export function registerMenu(platform: NodeJS.Platform, texts: Texts): void {
  const isMac = platform === 'darwin';
  const { say } = texts();
  const item = (line: Line): MenuItemConstructorOptions =>
    line === 'separator' ? { type: 'separator' } : { role: line[0], label: say(line[1]) };
  const menu = (label: ShellText, ...lines: readonly Line[]): MenuItemConstructorOptions => ({
    label: say(label),
    submenu: lines.map(item),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' as const, submenu: MAC.map(item) }] : []),
      menu('menu.file', isMac ? ['close', 'menu.close'] : ['quit', 'menu.quit']),
      menu('menu.edit', ...EDIT),
      menu('menu.view', ...VIEW, ...(app.isPackaged ? [] : DEVELOPER)),
      menu('menu.window', ...WINDOW, ...(isMac ? FRONT : [['close', 'menu.close'] as const])),
    ]),
  );
}
