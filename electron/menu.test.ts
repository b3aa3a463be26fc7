import { afterEach, expect, test, vi } from 'vitest';
import type { Language } from '../shared/bridge/state.ts';
import { SHELL_EN } from '../shared/messages/shell-en.ts';
import { SHELL_ZH_HANT } from '../shared/messages/shell-zh-hant.ts';
import { app, Menu, resetElectron } from '../test/electron.stub.ts';
import { createShellLanguage } from './language.ts';
import { registerMenu } from './menu.ts';

afterEach(resetElectron);

interface Item {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly submenu?: readonly Item[];
}

const shown = (): readonly Item[] => (Menu.setApplicationMenu.mock.lastCall?.[0] ?? []) as readonly Item[];
const flat = (items: readonly Item[]): readonly Item[] =>
  items.flatMap((item) => [item, ...flat(item.submenu ?? [])]);
const lines = () => flat(shown()).filter(({ type, role }) => type !== 'separator' && role !== 'appMenu');
const rolesOf = () => lines().flatMap(({ role }) => role ?? []);

test.each([
  ['linux', 'en', SHELL_EN],
  ['win32', 'zh-Hant', SHELL_ZH_HANT],
  ['darwin', 'zh-Hant', SHELL_ZH_HANT],
] as const)('every line on %s is said in %s', (platform, language, catalogue) => {
  const { texts, choose } = createShellLanguage();
  choose(language);
  registerMenu(platform, texts);
  const known = new Set<string>(Object.values(catalogue));
  expect(lines().length).toBeGreaterThan(15);
  for (const { label } of lines()) expect(known).toContain(label);
  expect(rolesOf()).toEqual(expect.arrayContaining(['quit', 'paste', 'selectAll', 'minimize', 'close']));
});

test('STYLE 2: developer tools are in the menu only where the app is not packaged', () => {
  const { texts } = createShellLanguage();
  registerMenu('linux', texts);
  expect(rolesOf()).not.toContain('toggleDevTools');
  expect(rolesOf()).not.toContain('reload');
  app.isPackaged = false;
  registerMenu('linux', texts);
  expect(rolesOf()).toContain('toggleDevTools');
});

test('the menu follows the settings, and where they follow the system, the system', () => {
  const language = createShellLanguage();
  let told = (_: { settings: { language: Language | null } }): void => undefined;
  const sealkeep = {
    on: (_: string, listener: (event: never) => void) => {
      told = listener as typeof told;
      return () => undefined;
    },
  };
  const changed = vi.fn(() => registerMenu('linux', language.texts));
  language.follow(sealkeep, changed);
  told({ settings: { language: null } });
  expect(changed).not.toHaveBeenCalled();
  told({ settings: { language: 'zh-Hant' } });
  told({ settings: { language: 'zh-Hant' } });
  expect(changed).toHaveBeenCalledOnce();
  expect(shown()[0]?.label).toBe('檔案(&F)');
  told({ settings: { language: null } });
  expect(shown()[0]?.label).toBe('&File');
});
