import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';
import type { AppState } from '../../shared/bridge/state.ts';
import { App } from '../app.tsx';
import { loadPanels } from '../panels/lazy-panels.tsx';
import { useAppStore } from '../stores/app-store.ts';
import type { Scene } from './scenes.ts';
import { startPage } from './start-page.ts';
import type { World } from './world.ts';

interface Shown {
  readonly world: World;
  /** All that is to be read. */
  text(): string;
  /** By its text or its label. */
  button(name: string): HTMLElement;
  /** The control that a label stands over. */
  field(label: string): HTMLInputElement;
  /** Of the menu that is open. */
  menuItem(name: string): HTMLElement;
  click(element: HTMLElement): Promise<void>;
  /** Opens what a key opens, as radix's menus. */
  press(element: HTMLElement, key: string): Promise<void>;
  type(label: string, text: string): Promise<void>;
  /** @param entries what the browser shows of each. */
  drop(files: readonly File[], entries?: readonly (FileSystemEntry | null)[]): Promise<void>;
  /** As the agent tells what has changed. */
  tell(part: Partial<AppState>): Promise<void>;
  /** For tests that show another page after it; the last one is closed as the test ends. */
  close(): Promise<void>;
}

/** jsdom draws no dialogs. */
function showModal(this: HTMLDialogElement): void {
  this.open = true;
}
function close(this: HTMLDialogElement): void {
  this.open = false;
}

/**
 * The whole page on a fake agent, in jsdom, for one test.
 * @param way the buttons that lead to what the test is about.
 */
export async function showApp(scene: Scene, ...way: readonly string[]): Promise<Shown> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  Object.assign(HTMLDialogElement.prototype, { showModal, close });
  await loadPanels();
  const { world, stop } = await startPage(scene);
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  await act(async () => root.render(<App />));
  const field = (label: string) => {
    const labels = [...document.querySelectorAll('label')];
    const control = labels.find((one) => one.textContent === label)?.control;
    if (!(control instanceof HTMLInputElement)) throw new Error(`no field ${label}`);
    return control;
  };
  let isOpen = true;
  const shown: Shown = {
    world,
    text: () => document.body.textContent ?? '',
    button(name) {
      const buttons = [...document.querySelectorAll<HTMLElement>('button')];
      const found = buttons.find((one) => (one.getAttribute('aria-label') ?? one.textContent) === name);
      if (!found) throw new Error(`no button ${name}`);
      return found;
    },
    field,
    menuItem(name) {
      const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
      const found = items.find(({ textContent }) => textContent === name);
      if (!found) throw new Error(`no menu item ${name}`);
      return found;
    },
    // What a menu does is done after it has closed.
    click: (element) =>
      act(async () => {
        element.click();
        await new Promise((resolve) => setTimeout(resolve));
      }),
    press: (element, key) =>
      act(async () => {
        element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }),
    type: (label, text) =>
      act(async () => {
        const control = field(label);
        // React looks at the property that it has not set itself.
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(control, text);
        control.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    drop: (files, entries = []) =>
      act(async () => {
        const items = entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry }));
        const drop = new Event('drop', { bubbles: true, cancelable: true });
        Object.assign(drop, { dataTransfer: { files, items } });
        document.querySelector('[data-testid=drop-zone]')?.dispatchEvent(drop);
      }),
    tell: (part) => act(async () => useAppStore.getState().receive({ ...world.state, ...part })),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await act(async () => root.unmount());
      stop();
      place.remove();
    },
  };
  onTestFinished(shown.close);
  for (const name of way) await shown.click(shown.button(name));
  return shown;
}
